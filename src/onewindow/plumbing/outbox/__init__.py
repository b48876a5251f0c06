"""Events reach their handlers at least once, from rows written in the transaction of the act.

`@on(Event)` subscribes a handler, `@every(seconds, name)` a periodic job; both are registered while the apps load.
The handler's own writes and the completion of its row share one transaction, so database effects happen once.
"""

from onewindow.plumbing.outbox.registry import every, on
from onewindow.plumbing.outbox.rows import DeadLetter, dead, record, revive

__all__ = ["DeadLetter", "dead", "every", "on", "record", "revive"]
