"""What a reader chose: letter size, contrast, the mode for older people, language. Kept in cookies, so it works before any log-in."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGES: tuple[tuple[str, str], ...] = (("zh-hans", "中文"), ("en", "English"), ("ru", "Русский"))
_YEAR = 365 * 24 * 3600
CHOICES = {"size": ("normal", "large"), "contrast": ("normal", "high"), "mode": ("normal", "elderly")}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The reader's choices; `size` is normal or large, `contrast` normal or high, `mode` normal or elderly (larger, fewer, spoken)."""

    size: str
    contrast: str
    mode: str
    language: str

    @property
    def languages(self) -> tuple[tuple[str, str], ...]:
        return LANGUAGES

    @property
    def elderly(self) -> bool:
        return self.mode == "elderly"

    @property
    def language_name(self) -> str:
        return dict(LANGUAGES).get(self.language, LANGUAGES[0][1])


def of(request: HttpRequest | None) -> Preferences:
    """Return the choices that came with a request; anything unknown is the normal one."""
    cookies = request.COOKIES if request is not None else {}
    kept = {name: cookies.get(_cookie(name), "") for name in CHOICES}
    chosen = {name: kept[name] if kept[name] in allowed else "normal" for name, allowed in CHOICES.items()}
    if chosen["mode"] == "elderly":
        chosen["size"] = "large"
    return Preferences(language=translation.get_language() or "zh-hans", **chosen)


def _cookie(name: str) -> str:
    """Return the cookie of a choice; under https nobody but this host can set it."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def keep(response: HttpResponse, name: str, value: str, *, secure: bool) -> bool:
    """Keep one choice for a year; answers whether it was one we know."""
    if value not in CHOICES.get(name, ()):
        return False
    response.set_cookie(_cookie(name), value, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return True
