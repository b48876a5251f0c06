"""The pages of the site that help with something, so that a search finds them. Their own titles name them."""

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop, override

from onewindow.modules.catalogue.selectors import Searchable

LANGUAGES = {"zh": "zh-hans", "en": "en", "ru": "ru"}
PAGES = {
    "portal:status": gettext_noop("Where is my case?"),
    "portal:my-cases": gettext_noop("My cases"),
    "portal:enquiries": gettext_noop("Enquiries"),
    "portal:tiles": gettext_noop("Everything at hand"),
    "portal:who-looked": gettext_noop("Who looked at my data"),
    "account:mandates": gettext_noop("Mandates"),
    "account:overview": gettext_noop("My account"),
    "account_reset_password": gettext_noop("Forgot your password?"),
    "account_signup": gettext_noop("Open an account"),
    "portal:accessibility": gettext_noop("Accessibility"),
    "portal:privacy": gettext_noop("Privacy"),
    "data:open": gettext_noop("Open data"),
}


def pages() -> Iterator[Searchable]:
    """Yield every page with its title in all languages."""
    for address, title in PAGES.items():
        names = {}
        for short, language in LANGUAGES.items():
            with override(language):
                names[short] = gettext(title)
        yield Searchable("help", address, names)
