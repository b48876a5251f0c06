"""Settings, addresses and the entry for WSGI; `setup()` makes Django ready for a command or a script."""

import os


def setup() -> None:
    """Load the settings and every module, once; calling it again does nothing."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onewindow.config.settings")
    if not apps.ready:
        django.setup()
