from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "onewindow.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.plumbing import jobs  # noqa: F401  (registers the periodic jobs)
