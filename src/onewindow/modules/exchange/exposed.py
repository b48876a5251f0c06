"""What a question to a register shows: what the register gives, by the catalogue. The questions themselves name who asked."""

from collections.abc import Iterator, Mapping

from onewindow.domain.catalogue.model import Element
from onewindow.domain.exchange.records import Column
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.interfaces import retention
from onewindow.modules.exchange.models import Consent, InterfaceDraft, Query
from onewindow.modules.exchange.records import history, stores
from onewindow.plumbing import accesses, personal
from onewindow.plumbing.exposure import Exposure, Gathered, Look, Table, category_of


def _asked(look: Look) -> set[str]:
    release = catalogue.current_release()
    resources = catalogue.catalogue_at(release).resources if release is not None else {}
    given = {name for resource in look.detail("resources") if resource in resources for name in resources[resource].gives}
    return {catalogue.category(name) for name in given} or {"identity"}


def _gathered() -> Iterator[Gathered]:
    """Say what the record stores hold, with what their records were before."""
    release = catalogue.current_release()
    elements = catalogue.catalogue_at(release).elements if release is not None else {}
    for held in stores.held():
        kinds = [frozenset(_kind(column, elements) for column in held.columns if column.personal is sealed) for sealed in (False, True)]
        for table, rows in held.tables.items():
            yield Gathered(table, held.resource, rows, *kinds)


def _kind(column: Column, elements: Mapping[str, Element]) -> str:
    """Return the category of a column: of the element it is called by, or else what it says of itself."""
    if column.name in elements:
        return catalogue.category(column.name)
    return category_of(column.code or "string", personal=column.personal)


personal.register(
    personal.Holder(
        name="exchange",
        export=lambda _user_id: (),  # drafts and cases tell their look-ups themselves
        overdue=history.overdue,
        remove=history.remove,
        exposure=Exposure(
            gathered=_gathered,
            looks={accesses.REGISTER: _asked},
            tables=(
                Table(Query, "actor_id", {"resource": "use"}, since="at"),
                Table(Consent, "person", {"resource": "use"}, since="given_at"),
            ),
        ),
    )
)
personal.register(
    personal.Holder(
        name=retention.HOLDER,
        export=lambda _user_id: (),  # an interface is its organisation's
        overdue=retention.overdue,
        remove=retention.remove,
        exposure=Exposure(tables=(Table(InterfaceDraft, "author", {"title": "use"}, since="updated_at"),)),
    )
)
