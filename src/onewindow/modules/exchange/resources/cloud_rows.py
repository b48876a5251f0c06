"""A row of the register of systems as the rules know it."""

from onewindow.domain.exchange.systems import System
from onewindow.modules.exchange.resources.models import CloudSystem


def as_system(row: CloudSystem) -> System:
    """Return a row as the rules know it."""
    return System(row.pk, row.organisation, row.name, row.state, tuple(row.needs), tuple(row.resources), row.planned_date, row.moved_date)
