from django.apps import AppConfig


class SignonConfig(AppConfig):
    name = "onewindow.modules.signon"
    label = "signon"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.signon import jobs, own_data, permissions, systems  # noqa: F401  (declare what runs and what may be done)
