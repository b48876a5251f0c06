from django.apps import AppConfig


class TilesConfig(AppConfig):
    name = "onewindow.modules.tiles"
    label = "tiles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.tiles import permissions  # noqa: F401  (declare what may be done)
