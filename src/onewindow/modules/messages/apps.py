from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "onewindow.modules.messages"
    label = "letters"
    """`messages` is the label of Django's own notes to the reader."""
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.messages import handlers, jobs, services  # noqa: F401  (declare who is told and what runs)
        from onewindow.plumbing import courier

        courier.register(services.send)
