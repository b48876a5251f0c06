"""Static files under names of their content; modules name each other by them too, so that a browser may keep every one for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """The storage of the pages' files; a module that loads another is rewritten to the other's name."""

    support_js_module_import_aggregation = True
