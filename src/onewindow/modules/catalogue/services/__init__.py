"""Writing the catalogue: releases, drafts, and the directory of what nobody has described yet."""

from onewindow.modules.catalogue.services.code_lists import CodeListInfo, load_code_list
from onewindow.modules.catalogue.services.directory import ImportReport, ImportRowReport, import_directory
from onewindow.modules.catalogue.services.drafts import DraftInfo, discard_draft, save_draft
from onewindow.modules.catalogue.services.releases import ReleaseInfo, StaleEdit, load_catalogue, publish, publish_resource
from onewindow.modules.catalogue.services.synonyms import SynonymsRefused, remove_synonyms, save_synonyms

__all__ = [
    "CodeListInfo",
    "DraftInfo",
    "ImportReport",
    "ImportRowReport",
    "ReleaseInfo",
    "StaleEdit",
    "SynonymsRefused",
    "discard_draft",
    "import_directory",
    "load_catalogue",
    "load_code_list",
    "publish",
    "publish_resource",
    "remove_synonyms",
    "save_draft",
    "save_synonyms",
]
