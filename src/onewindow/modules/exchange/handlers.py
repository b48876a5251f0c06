"""What happens when as much was taken of a resource as a grant allows: whoever keeps the data hears of it within a minute.

And when a register was put right, and when a child gets an account of its own.
"""

import structlog
from django.utils.timezone import localtime

from onewindow.domain.events import PartyMoved, QuotaSpent, RegisterAnswered
from onewindow.modules.exchange import services
from onewindow.modules.exchange.connectors.policies import answers
from onewindow.modules.exchange.models import Grant
from onewindow.modules.exchange.owners import name_of, owner_of
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import services as letters
from onewindow.plumbing import clock, outbox, text
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.courier import Letter

SUPERVISOR = "supervisor"
GUARDIANS = Actor.system("exchange.guardians")

_log = structlog.get_logger("onewindow.exchange")


@outbox.on(QuotaSpent)
def tell_the_owner(event: QuotaSpent) -> None:
    """Write to the supervisors of the owner: which data, whose grant, when. Who asked stands on their page, not in a letter."""
    grant = Grant.objects.filter(pk=event.grant_id).only("organisation").first()
    if grant is None:
        return
    offices = identity.organisations()
    asker = offices[grant.organisation].name if grant.organisation in offices else {"en": grant.organisation}
    told = 0
    for reader in identity.holders(role=SUPERVISOR, organisation=owner_of(event.resource)):
        language = identity.language_of(reader)
        phone, email = identity.phone_of(reader), identity.emails_of([reader]).get(reader, "")
        if not (phone or email):
            continue
        values = {
            "resource": text.localised(name_of(event.resource), language),
            "asker": text.localised(asker, language),
            "at": localtime(event.at).strftime("%Y-%m-%d %H:%M"),
        }
        letter = Letter(template="quota-spent", channel="email" if email else "sms", to=email or phone, values=values, language=language)
        letters.send(letter=letter, now=clock.now())
        told += 1
    if not told:
        _log.warning("nobody of the owner has an address: a spent quota stands on their page alone", resource=event.resource)


@outbox.on(RegisterAnswered)
def forget_what_is_kept(event: RegisterAnswered) -> None:
    """What this process keeps of a register that was put right is not given to whoever asks it again."""
    answers.forget(event.resource)


@outbox.on(PartyMoved)
def move_party(event: PartyMoved) -> None:
    """What was agreed and said for a child is the child's own once it has an account."""
    services.move_party(before=event.before, after=event.after, actor=GUARDIANS)
