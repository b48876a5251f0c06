"""What a question to a register shows: what the register gives, by the catalogue. The questions themselves name who asked."""

from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.models import Consent, Query
from onewindow.plumbing import accesses, personal
from onewindow.plumbing.exposure import Exposure, Look, Table


def _asked(look: Look) -> set[str]:
    release = catalogue.current_release()
    resources = catalogue.catalogue_at(release).resources if release is not None else {}
    given = {name for resource in look.detail("resources") if resource in resources for name in resources[resource].gives}
    return {catalogue.category(name) for name in given} or {"identity"}


personal.register(
    personal.Holder(
        name="exchange",
        export=lambda _user_id: (),  # drafts and cases tell their look-ups themselves
        exposure=Exposure(
            looks={accesses.REGISTER: _asked},
            tables=(
                Table(Query, "actor_id", {"resource": "use"}, since="at"),
                Table(Consent, "person", {"resource": "use"}, since="given_at"),
            ),
        ),
    )
)
