"""Filters of the data pages: codes of the exchange in words and colours."""

from django import template

from onewindow.web.data import words

register = template.Library()


@register.filter
def data_word(code: str, kind: str) -> str:
    """Return what a code is called."""
    return words.word(kind, code)


@register.filter
def data_colour(code: str) -> str:
    """Return the class of `.tag` for a share type or a state."""
    colour = words.COLOURS.get(code, "")
    return f"tag--{colour}" if colour else ""


@register.filter
def data_form(media_type: str) -> str:
    """Return a media type as people call it: `application/json` is JSON."""
    return words.FORMS.get(media_type.partition(";")[0].strip(), media_type)
