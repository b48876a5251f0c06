from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "onewindow.modules.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.evaluation import handlers, permissions, personal  # noqa: F401  (declare what may be done and who is told)
