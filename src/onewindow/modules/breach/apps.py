from django.apps import AppConfig


class BreachConfig(AppConfig):
    name = "onewindow.modules.breach"
    label = "breach"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.breach import exposed, permissions  # noqa: F401  (declare what may be done, and what a look shows)
