"""What this module itself holds: who was told of what."""

from onewindow.modules.breach.models import LetterSent
from onewindow.plumbing import personal
from onewindow.plumbing.exposure import Exposure, Table

NAMED = "breach.name"

personal.register(
    personal.Holder(
        name="incidents",
        export=lambda user_id: [
            personal.Part("incidents", list(LetterSent.objects.filter(person=user_id).order_by("at").values("incident", "channel", "at")))
        ],
        exposure=Exposure(
            looks={NAMED: lambda _look: {"identity"}}, tables=(Table(LetterSent, "person", {"incident": "use"}, since="at"),)
        ),
    )
)
