from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "onewindow.modules.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.identity import childhood, jobs, own_data, permissions  # noqa: F401  (declare what runs and what may be done)
