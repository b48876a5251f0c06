from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "onewindow.plumbing"
    label = "plumbing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Brings the rows of second officers, registers the periodic jobs and what is held about people.
        from onewindow.plumbing import access_holder, approvals, jobs  # noqa: F401  (what they register is what they are read for)
