"""Who has a step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from onewindow.modules.cases import models


@dataclass(frozen=True, slots=True)
class Holding:
    """`by` is nobody where a leave moved the step; `held_for` is on leave, and has it again when they are back."""

    officer: UUID
    since: datetime | None
    by: UUID | None
    held_for: UUID | None

    @classmethod
    def of(cls, task: models.Task) -> Self | None:
        """Return who has a step, or nothing where nobody has taken it."""
        return cls(task.assigned_to, task.assigned_at, task.assigned_by, task.held_for) if task.assigned_to else None
