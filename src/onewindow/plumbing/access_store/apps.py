from django.apps import AppConfig


class AccessStoreConfig(AppConfig):
    name = "onewindow.plumbing.access_store"
    label = "access_store"
    default_auto_field = "django.db.models.BigAutoField"
