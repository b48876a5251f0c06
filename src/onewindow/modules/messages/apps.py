from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "onewindow.modules.messages"
    label = "letters"
    """`messages` is the label of Django's own notes to the reader."""
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onewindow.modules.messages import (  # noqa: F401  (declare what may be done, who is told, what runs)
            exposed,
            handlers,
            jobs,
            permissions,
            services,
        )
        from onewindow.plumbing import courier

        courier.register(services.send)
