from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "onewindow.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.plumbing import approvals, jobs  # noqa: F401  (brings the rows of second officers, registers the periodic jobs)
