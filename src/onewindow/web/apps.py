from django.apps import AppConfig


class WebConfig(AppConfig):
    """What all areas of the site share; its locale folder holds the sentences of the DomainError family."""

    name = "onewindow.web"
    label = "web"

    def ready(self) -> None:
        from onewindow.modules.catalogue.selectors import use_help
        from onewindow.web.portal.help import pages

        use_help(pages)
