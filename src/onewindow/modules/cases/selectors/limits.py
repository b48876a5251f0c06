"""How the limit of a step stands: its colour, the days left, and the state of a station of several steps."""

from datetime import date

from onewindow.domain import deadlines
from onewindow.domain.calendar import CalendarGap, WorkCalendar
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import models
from onewindow.modules.cases.matter import Book


def light_of(state: str, due: date | None, today: date) -> str:
    """Return the colour of a running limit, or nothing where none runs."""
    if state not in {TaskState.OPEN, TaskState.PAUSED}:
        return ""
    return str(deadlines.light(due, today, state == TaskState.PAUSED))


def days_left(state: str, due: date | None, today: date, calendar: WorkCalendar) -> int | None:
    """Return the working days until the limit, below zero when it has passed; nothing where none runs or a year is unknown."""
    if state != TaskState.OPEN or due is None:
        return None
    try:
        return calendar.workdays_between(today, due)
    except CalendarGap:
        return None


def node_state(tasks: list[models.Task]) -> str:
    """Return the state of a station: what still runs in it comes before what is over.

    A node without steps, because its services fell away, is skipped.
    """
    states = {task.state for task in tasks}
    for state in (TaskState.OPEN, TaskState.PAUSED, TaskState.WAITING, TaskState.DONE):
        if state in states:
            return str(state)
    return str(TaskState.SKIPPED)


def pressing(tasks: list[models.Task]) -> models.Task:
    """Return the step of a station whose limit ends first; where none runs, the one with the longest."""
    running = [task for task in tasks if task.due_date is not None]
    return min(running, key=lambda task: str(task.due_date)) if running else max(tasks, key=lambda task: task.limit_days)


def is_agreed(book: Book, task: models.Task) -> bool:
    """Tell whether the departments agreed on a shorter limit of a step for this One Thing than it has by itself."""
    own = next((step.limit_days for step in book.catalogue.services[task.service].steps if step.id == task.step), task.limit_days)
    return f"{task.service}.{task.step}" in book.event.commitments and task.limit_days < own
