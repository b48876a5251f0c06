from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "onewindow.modules.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.exchange import permissions  # noqa: F401  (declares what may be done)
