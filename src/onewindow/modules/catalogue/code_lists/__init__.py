"""Code lists that people choose from: divisions, industries. Dated data with its source, loaded, never written by hand here."""

from onewindow.modules.catalogue.code_lists.choosing import CodeChoice, code_names, find_codes, listed_code
from onewindow.modules.catalogue.code_lists.reading import CodeListRefused, CodeRow, divisions, read_code_list

__all__ = [
    "CodeChoice",
    "CodeListRefused",
    "CodeRow",
    "code_names",
    "divisions",
    "find_codes",
    "listed_code",
    "read_code_list",
]
