from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "onewindow.modules.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.cases import handlers, jobs, news, permissions, personal  # noqa: F401  (declare what may be done and who is told)
