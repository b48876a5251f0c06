"""What the scopes would be with their guard taken out. Every function of a scope stands here, or in `NO_GUARD` with why."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, Value

from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import scope
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import officers, posts
from onewindow.modules.identity.models import Post
from tests.matrix.people import BY_ROLE

Mutant = tuple[Any, str, Callable[..., Any]]

NO_GUARD: Mapping[str, str] = {
    "by_reference": "limited by the telephone, in its only selector",
    "visible_attachments": "which of them may be opened, the case's plan says behind it",
    "to_fetch": "ids for the platform's own job",
    "called": "ids for lists that ask whose desk they are on",
    "of_departments": "whose turn it is, of what is on the desk already",
    "at_windows": "whose turn it is, of what is on the desk already",
    "not_close": "what it leaves out, `close_parties` says",
    "fitting": "its condition is its caller's",
    "by_secret": "limited by the secret of a link",
    "parts_of": "of a draft or a case that was scoped before",
}
ASKED_AGAIN: Mapping[str, str] = {
    "modules/identity/hiring.py:hire require identity.staff": "the post is given by `appoint`, which asks again in the same transaction",
    "api/catalogue.py:compile_event require api.compile-own": "guards our time, not anybody's data; tests/api/test_who_may.py holds it",
    "web/composer/views.py:guarded allowed catalogue.draft": "whether the second step is asked for; the next line asks again",
    "web/data/systems.py:listed allowed exchange.ask": "whether the page shows the button; the page behind it asks again",
    "web/staff/views.py:page allowed identity.staff": "whether the menu shows the link; the page behind it asks again",
    "web/staff/views.py:page allowed cases.keep-templates": "whether the menu shows the link; the page behind it asks again",
    "web/staff/views.py:page allowed tiles.arrange": "whether the menu shows the link; the page behind it asks again",
    "web/desk/views/frame.py:head allowed cases.keep-templates": "whether the menu shows the link; the page behind it asks again",
    "web/staff/views.py:page allowed exchange.watch": "whether the menu shows the link; the page behind it asks again",
    "web/desk/views/frame.py:head allowed exchange.watch": "whether the menu shows the link; the page behind it asks again",
    "web/interfaces/views.py:_spent allowed exchange.report": "whether the table of spent quotas is drawn; its selector asks again",
    "modules/exchange/enquiries.py:enquiry_proof require exchange.enquire": "only one's own answers are found",
    "modules/exchange/correction_reads.py:corrections require exchange.corrections": "only those of one's own desks are found",
    "web/interfaces/views.py:_papers allowed catalogue.publish": "whether the choice is offered; publishing asks again",
    "web/interfaces/views.py:new require exchange.connect": "whoever connects for nobody; the service asks for the organisation",
    "web/interfaces/views.py:_organisations allowed exchange.connect": "what is offered; the service asks again",
    "modules/exchange/interfaces/drafts.py:_mine require exchange.connect": "only one's own drafts are found",
    "modules/exchange/interfaces/reading.py:interface_draft require exchange.connect": "only one's own drafts are found",
    "modules/catalogue/services/releases.py:publish_resource require catalogue.publish": "behind the owner's; tests/exchange holds it",
    "modules/identity/mandates.py:add_enterprise require identity.mandates": "who is not known for sure goes no further",
    "modules/identity/mandates.py:offer_mandate require identity.mandates": "who is not known for sure goes no further",
    "modules/identity/mandates.py:accept_mandate require identity.mandates": "who is not known for sure goes no further",
    "modules/identity/acting.py:mandates require identity.mandates": "only one's own are listed",
    "modules/identity/mandates.py:end_mandate require identity.mandates": "only mandates of one's own are found",
    "modules/identity/mandates.py:begin_acting require identity.mandates": "only mandates of one's own are found",
    "modules/identity/national.py:unlink_national require identity.identify": "only one's own account is found",
    "modules/identity/faces.py:begin_face_check require identity.identify": "who is not known for sure goes no further",
    "modules/identity/identification.py:match_person require identity.identify": "without an account there is nobody to identify",
    "modules/cases/selectors/exported.py:export_file require cases.desk": "only one's own are found, at the desk where one works",
    "modules/cases/services/exports.py:remove_export require cases.desk": "only one's own are found, at the desk where one works",
    "modules/cases/selectors/exported.py:exported require cases.desk": "asked before; tests/web/test_desk_exports.py holds it",
    "modules/cases/services/assigning.py:_require_fit allowed cases.work": "who may be given it; tests/cases/test_assigning.py holds it",
    "modules/cases/services/leaves.py:_hand_over allowed cases.work": "what a substitute may do; tests/cases/test_assigning.py holds it",
    "modules/cases/services/choices.py:drop_filter require cases.arrange-queue": "only filters of one's own are found",
    "modules/cases/services/drafts.py:start_draft require cases.draft": "a draft needs an owner: known_id refuses as well",
    "api/composing.py:list_catalogue_drafts require catalogue.draft": "only one's own drafts are listed",
    **{
        f"modules/exchange/resources/{place} require exchange.browse": "only those of one's own organisation are listed"
        for place in ("lists.py:access_request", "lists.py:access_requests", "lists.py:grants", "reads.py:news_for")
    },
    "modules/cases/selectors/rechecks.py:rechecks require cases.rechecks": "only those of one's own desks are found",
    "modules/cases/selectors/rechecks.py:recheck require cases.rechecks": "only those of one's own desks are found",
    "modules/cases/selectors/rechecks.py:rechecks_waiting allowed cases.rechecks": "only those of one's own desks are counted",
    "modules/cases/selectors/oversight.py:oversight require cases.oversee": "only what one answers for is counted",
    "web/staff/views.py:page allowed cases.rechecks": "whether the menu shows the link; the page behind it asks again",
    "web/staff/views.py:page allowed cases.oversee": "whether the menu shows the link; the page behind it asks again",
    "web/desk/views/frame.py:head allowed cases.oversee": "whether the menu shows the link; the page behind it asks again",
    "modules/evaluation/services.py:evaluate require evaluation.evaluate": "only one's own cases are found",
    "modules/evaluation/selectors.py:call_backs require evaluation.call-backs": "only those of one's own posts are found",
    "modules/evaluation/selectors.py:waiting allowed evaluation.call-backs": "only those of one's own posts are counted",
    "modules/catalogue/services/drafts.py:discard_draft require catalogue.draft": "only one's own drafts are found",
}
"""Guards with a second one right behind them: taking out one of the two lets nobody in."""
KEEPS_CITIZENS_OUT = frozenset({"web/desk/views/guard.py:guarded require cases.desk"})
"""Officers meet another guard behind these: promise 32 takes them out, the others promise 31."""
OPEN_TO_ALL = frozenset({"identity.open-account", "identity.national", "identity.set-up-terminal"})
BUTTONS = frozenset({"modules/cases/selectors/acts.py", "modules/exchange/resources/offers.py"})
"""Which buttons a page offers; the service behind each asks again."""


def _whatever(*_args: object) -> Q:
    return Q(pk__isnull=False)  # not Q(): that would vanish beside another condition


class EveryDesk(scope.Desk):
    """A desk that holds every step."""

    def steps(self) -> Q:
        return _whatever()


def everything(model: Any) -> Callable[..., Any]:
    return lambda *_args, **_named: model.objects.all()


def of_scopes() -> Mapping[str, Mutant]:
    return {
        "visible_cases": (scope, "visible_cases", everything(models.Case)),
        "own_cases": (scope, "own_cases", everything(models.Case)),
        "own_drafts": (scope, "own_drafts", everything(models.Draft)),
        "own_parts": (scope, "own_parts", everything(models.Part)),
        "invitations": (scope, "invitations", everything(models.Part)),
        "own_uploads": (scope, "own_uploads", everything(models.Upload)),
        "own_outputs": (scope, "own_outputs", everything(models.Output)),
        "issued_outputs": (scope, "issued_outputs", everything(models.Output)),
        "machine_decisions": (scope, "machine_decisions", everything(models.MachineDecision)),
        "overseen_decisions": (scope, "overseen_decisions", lambda _actor: models.MachineDecision.objects.annotate(holds=Value(True))),
        "overseen_steps": (scope, "overseen_steps", everything(models.Task)),
        "notes": (scope, "notes", everything(models.CaseNote)),
        "exports": (scope, "exports", everything(models.QueueExport)),
        "templates": (scope, "templates", everything(models.DecisionTemplate)),
        "steps": (scope, "steps", everything(models.Task)),
        "on_desk": (scope, "on_desk", _whatever),
        "desks": (scope, "desks", lambda _actor: (EveryDesk("every", frozenset(), acts=True, releases=False),)),
        "held": (scope, "held", _whatever),
        "sees_everything": (scope, "sees_everything", lambda *_args: True),
        "own_services": (scope, "own_services", lambda _case, _actor, services: frozenset(row.service for row in services)),
        "_of_party": (scope, "_of_party", _whatever),
        "close_parties": (scope, "close_parties", lambda _actor: []),
        "_of_region": (scope, "_of_region", _whatever),
        "_any": (scope, "_any", _whatever),
        "identity: posts of one's own organisation": (posts, "_own", everything(Post)),
        "identity: not oneself": (officers, "_of_another", posts.own_post),
        "catalogue: one's own drafts": (catalogue, "author_of", lambda _actor: BY_ROLE["reformer", "city"].id),
    }
