from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "onewindow.modules.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.catalogue import permissions  # noqa: F401  (declares what may be done)
