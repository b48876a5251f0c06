"""Which limit it is: the step's own, or one that the departments agreed on for this One Thing; and what the law allows beside it."""

from django.utils.translation import get_language, gettext, ngettext

from onewindow.domain.catalogue.model import PublicService
from onewindow.modules.cases.selectors.rows import TaskLine
from onewindow.web import formatting
from onewindow.web.desk.pages import words


def short(days: float, *, agreed: bool) -> str:
    """Say in a row how long the whole limit is, and whether it was agreed on.  Unit: working days."""
    if not days:
        return ""
    count = {"days": formatting.number(days, get_language())}
    whole = int(days) if days == int(days) else 2
    if agreed:
        return ngettext("%(days)s day agreed", "%(days)s days agreed", whole) % count
    return ngettext("of %(days)s day", "of %(days)s days", whole) % count


def whole(task: TaskLine, service: PublicService, *, agreed: bool) -> str:
    """Say on the page of a step which limit applies: of which step, agreed on or its own, and the law's for the whole service."""
    own = next((step.limit_days for step in service.steps if step.id == task.step), task.limit_days)
    told = {"step": words.say(task.name), "limit": words.working_days(task.limit_days), "own": words.working_days(own)}
    if not task.limit_days:
        said = gettext("%(step)s, at once") % told
    elif agreed and task.limit_days < own:
        said = gettext("%(step)s, %(limit)s as agreed for this One Thing, by itself %(own)s") % told
    else:
        said = gettext("%(step)s, %(limit)s") % told
    lawful = service.guide.get("statutory_limit_days")
    if isinstance(lawful, int | float) and lawful > 0:
        return gettext("%(limit)s; the law allows %(law)s for the whole service") % {"limit": said, "law": words.working_days(lawful)}
    return said
