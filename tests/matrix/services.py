"""Every public function of every module, and who may call it on what: written down here by hand, apart from the code it judges.

A function that stands neither in `specs` nor in `WITHOUT_ACTOR` fails the matrix by its name.
"""

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps

from onewindow import modules
from onewindow.domain.tiles import FORMAT
from onewindow.modules.breach import services as breach
from onewindow.modules.cases import selectors as read_cases
from onewindow.modules.cases import services as cases
from onewindow.modules.cases.models import Case
from onewindow.modules.catalogue import selectors as read_catalogue
from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.evaluation import selectors as read_evaluation
from onewindow.modules.evaluation import services as evaluation
from onewindow.modules.exchange import selectors as read_exchange
from onewindow.modules.exchange import services as exchange
from onewindow.modules.exchange.models import Query
from onewindow.modules.identity import selectors as read_identity
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Post, Terminal
from onewindow.modules.messages import selectors as read_messages
from onewindow.modules.messages import services as messages
from onewindow.modules.signon import keys as signing
from onewindow.modules.signon import selectors as read_signon
from onewindow.modules.signon import services as signon
from onewindow.modules.signon.models import Grant
from onewindow.modules.tiles import selectors as read_tiles
from onewindow.modules.tiles import services as tiles
from onewindow.plumbing import calendars, personal
from onewindow.plumbing.actors import Actor
from tests.cases.town import LIU, PDF, RESIDENT_ID
from tests.matrix import data, parts
from tests.matrix.people import AGENT, BY_ROLE, CLERK, HELPER, OWNER, SECOND_ADMIN, Profile
from tests.matrix.world import WORDS, Things, World

ASK_A_REGISTER = exchange.query
"""The real one: the town's registers stand in its place elsewhere."""

May = Callable[[Profile], Any]
Call = Callable[[Actor], Any]

WITHOUT_ACTOR: Mapping[str, str] = {
    # Read by code that has asked already, about the catalogue that everybody may read, or about whoever just proved who they are.
    "cases.cases_to_fetch": "ids alone, for the job that fetches",
    "cases.measured": "figures of nobody, from 20 cases on",
    "cases.status": "by reference and phone together; a wrong one and an unknown one look the same",
    "cases.who_confirms": "published",
    "cases.took_part": "the reader's own deeds, in cases that a scoped list names",
    "evaluation.scores": "published",
    "evaluation.scores_of": "published",
    "evaluation.shown_from": "a number in force",
    "evaluation.subject_name": "published",
    "catalogue.catalogue_at": "published",
    "catalogue.code_names": "published",
    "catalogue.compiled": "published",
    "catalogue.current_release": "published",
    "catalogue.directory_entry": "published",
    "catalogue.documents_at": "published",
    "catalogue.exported": "published",
    "catalogue.newest_catalogue": "published",
    "catalogue.newest_release": "published",
    "catalogue.release_row": "published",
    "catalogue.events": "published",
    "catalogue.forget_all": "a cache",
    "catalogue.category": "published",
    "catalogue.author_of": "the actor's own id",
    "catalogue.divisions": "published",
    "catalogue.find_codes": "published",
    "catalogue.listed_code": "published",
    "catalogue.read_code_list": "reads a file it is given",
    "catalogue.search": "published",
    "catalogue.spoken": "published",
    "catalogue.find": "published",
    "catalogue.synonyms": "words of the trade, with nobody's name at them",
    "catalogue.use_help": "called while the apps load",
    "exchange.connect": "opens a connection of the process",
    "exchange.connection_to": "opens a connection of the process",
    "exchange.connected_resources": "names of registers",
    "exchange.enquiries": "what may be asked, not what is answered",
    "exchange.enquiry": "what may be asked, not what is answered",
    "exchange.enquiry_names": "what may be asked, not what is answered",
    "tiles.arranged": "published",
    "tiles.of_the_file": "a reading of settings",
    "tiles.offered": "names of what is published",
    "tiles.name_of": "a calculation",
    "tiles.fault": "a calculation",
    "exchange.without_grant": "names of registers, for the doctor",
    "exchange.offered": "names of variables, never a value",
    "exchange.policy_of": "a reading of settings",
    "exchange.stamp_state": "moments, for the doctor",
    "exchange.figures": "published",
    "exchange.open_resource": "published",
    "exchange.open_resources": "published",
    "identity.account_of": "for log-in",
    "identity.recheck_guardians": "the platform's own job; it ends what a register no longer says, and begins nothing",
    "identity.expire_proofs": "the platform's own job; proofs end by the clock whether it runs or not",
    "identity.identification_rules": "numbers in force",
    "identity.sureness": "a number, of the actor and of whom they act for",
    "identity.level_of": "a number, for code that has asked already",
    "identity.terminal_of": "what the device keeps is the proof",
    "identity.helped_at": "an office and a post, for the case that was filled in there",
    "identity.helping_as": "who somebody is now, helping at a counter; asked by the middleware",
    "identity.is_confirmed": "yes or no, for filing, which has asked already",
    "identity.acting_as": "who somebody is now, acting for another; asked by the middleware",
    "identity.use_business_source": "called while the apps load",
    "identity.use_guardian_source": "called while the apps load",
    "identity.use_face_provider": "called while the apps load",
    "identity.use_national_provider": "called while the apps load",
    "identity.use_population_source": "called while the apps load",
    "identity.forget_tries": "a cache of limits, emptied by its job",
    "identity.farewell_national": "an address of the national provider, with the token that one's own session holds",
    "identity.has_account": "for log-in, which tells nobody",
    "identity.limits": "numbers in force",
    "identity.may_try": "a count, for log-in",
    "identity.missed_look_up": "a count, for the look-up without log-in",
    "identity.require_look_up": "a count, for the look-up without log-in",
    "breach.written": "the words of a letter, with nobody's name in them",
    "messages.channel_states": "whether gateway and mail server answer, for the doctor",
    "messages.push_key": "a public key",
    "messages.tell_news": "called by code that has asked already",
    "messages.filled": "the words of a message",
    "messages.waiting_since": "a moment, for the doctor",
    "messages.send": "called by code that has asked already",
    "identity.actor_by_token": "the key is the proof",
    "identity.actor_of": "who somebody is now; asked by the middleware",
    "identity.absent": "ids alone, for the platform's own job",
    "identity.colleagues": "posts of the organisations that a scoped page names",
    "identity.display_names": "names of those whom a scoped page names",
    "identity.language_of": "of the signed-in user",
    "identity.holders": "ids alone, for the platform's own letters",
    "identity.offices": "what the posts of those are called whom a scoped page names",
    "identity.offers_under_secret_key": "a number of rows, on the operator's own machine",
    "identity.organisations": "published",
    "identity.known_before_as": "an id, of the reader's own childhood",
    "identity.proven_birth_date": "a day, of the draft's owner, for code that has asked already",
    "identity.party_facts": "of the draft's owner",
    "identity.phone_of": "of the draft's owner",
    "identity.regions": "published",
    "identity.token_hash": "a calculation",
    "identity.touch_token": "the key is the proof",
    "identity.account_row": "of whoever agreed that a system may know them",
    "identity.second_factors": "of the signed-in user",
    "identity.without_second_factor": "takes rights away and gives none",
    "identity.representative_of": "an id alone, for code that has asked already",
    "identity.user_id_of": "for log-in",
    "identity.emails_of": "of those whom a scoped page names",
    "signon.actor_by_staff_key": "the key is the proof",
    "signon.asked_for": "what a system asks for, which anybody may send",
    "signon.chosen": "a calculation",
    "signon.forget_logins": "ended ones, by its job",
    "signon.leaving": "what a system asks for, which anybody may send",
    "signon.published": "public keys",
    "signon.redeem_code": "the system's secret, the code and its verifier are the proof",
    "signon.renew_tokens": "the system's secret and the refresh token are the proof",
    "signon.revoke_tokens": "the system's secret is the proof",
    "signon.tell_about": "the access token is the proof",
    "signon.verified": "a signature is checked",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One function on one object: how it is called, and who may."""

    function: str
    on: str
    call: Call
    may: May
    empty: bool = False
    """A list that shows nothing counts as a refusal."""
    which: bool = False
    """It counts which of several things are shown: `call` and `may` give a frozenset of them."""
    open_to_all: bool = False
    """Nobody is denied it and nothing of anybody's stands on it: some try it in the routine run."""
    target: str = ""
    """What is asked of the site: method, address and what is sent."""


def public_functions() -> set[str]:
    """Return `module.function` of every public service and selector."""
    found = set()
    for module in pkgutil.iter_modules(modules.__path__):
        if not apps.is_installed(f"onewindow.modules.{module.name}"):
            continue
        for face in ("services", "selectors"):
            if importlib.util.find_spec(f"onewindow.modules.{module.name}.{face}") is None:
                continue
            place = importlib.import_module(f"onewindow.modules.{module.name}.{face}")
            for name, item in vars(place).items():
                if name.startswith("_"):
                    continue
                ours = getattr(item, "__module__", "").startswith(f"onewindow.modules.{module.name}.")
                if inspect.isfunction(inspect.unwrap(item) if callable(item) else item) and ours and not name.startswith("_"):
                    found.add(f"{module.name}.{name}")
    return found


PUBLIC = frozenset(public_functions())
"""Read before the town puts its own registers in the place of `exchange.query`."""


def known(profile: Profile) -> bool:
    return profile.actor.kind in {"person", "officer"}


def anybody_but_visitors(profile: Profile) -> bool:
    return profile.actor.kind != "anonymous"


def platform(profile: Profile) -> bool:
    return profile.actor.kind == "system"


def operator(profile: Profile) -> bool:
    return platform(profile) or profile.holds("admin")


def editor(profile: Profile) -> bool:
    return platform(profile) or profile.holds("admin", "reformer")


def at_a_desk(profile: Profile) -> bool:
    return profile.holds("officer", "supervisor", "window")


def nobody(_profile: Profile) -> bool:
    return False


def only(owner: UUID | None) -> May:
    return lambda profile: profile.id is not None and profile.id == owner


def for_party(owner: UUID | None) -> May:
    """The owner, and whoever acts for them at all: the caller has checked that it is in this matter."""
    return lambda profile: owner is not None and profile.actor.party == owner and not profile.actor.assistance


def speaking_for(owner: UUID | None) -> May:
    """Whoever the drafts and cases of an owner belong to: the owner, and who acts for them in this matter."""
    return lambda profile: profile.speaks_for(owner)


def others_of(owner: UUID, organisation: str, *roles: str) -> May:
    """Officers of one organisation, never on a case of their own."""
    return lambda profile: profile.is_of(organisation, *roles) and profile.id != owner


def window_of(owner: UUID) -> May:
    return lambda profile: profile.has("window") and profile.id != owner


def either(*rules: May) -> May:
    return lambda profile: any(rule(profile) for rule in rules)


WORKING = ("market", "fire", "tax")


def sees(things: Things, *, fresh: bool) -> May:
    """Who may open the case: its applicant, those departments with a step in it, the window while it accepts, the platform."""
    departments = lambda profile: any(profile.is_of(place, "officer", "supervisor") for place in WORKING)
    return either(speaking_for(things.owner), departments, platform, (lambda profile: fresh and profile.has("window")))


def specs(world: World) -> Iterator[Cell]:
    for things in world.things:
        yield from _of_the_owner(things, world)
        yield from _of_the_desk(things, world)
        yield from _reading(things, world)
        yield from _of_the_second_officer(things, world)
        yield from _of_evaluation(things, world)
        yield from _of_notes(things, world)
        yield from _of_rechecks(things, world)
        for name, call, may, empty in parts.of_one(things.draft, things.part, world.now, speaking_for(things.owner)):
            yield Cell(f"cases.{name}", things.canary, call, may, empty=empty)
        confirmed = _with(read_cases.confirmed_by, case_id=things.running, now=world.now)
        yield Cell("cases.confirmed_by", things.canary, confirmed, sees(things, fresh=False))
    yield from _beside(world)


def _of_the_owner(things: Things, world: World) -> Iterator[Cell]:
    own, now, draft = speaking_for(things.owner), world.now, things.draft
    version = 3
    calls: dict[str, Call] = {
        "save_answers": lambda actor: cases.save_answers(draft_id=draft, answers={}, version=version, actor=actor, now=now),
        "save_consents": lambda actor: cases.save_consents(draft_id=draft, consents={}, actor=actor, now=now),
        "save_elements": lambda actor: cases.save_elements(draft_id=draft, values={}, version=version, actor=actor, now=now),
        "merge_draft": lambda actor: cases.merge_draft(draft_id=draft, answers={}, values={}, actor=actor, now=now),
        "dispute_prefill": lambda actor: cases.dispute_prefill(draft_id=draft, element="address", note="x", actor=actor, now=now),
        "add_upload": lambda actor: cases.add_upload(
            draft_id=draft, evidence_type="layout", name="a.pdf", media_type="application/pdf", content=PDF, actor=actor, now=now
        ),
        "remove_upload": lambda actor: cases.remove_upload(draft_id=draft, upload_id=things.upload, actor=actor, now=now),
        "discard_draft": lambda actor: cases.discard_draft(draft_id=draft, actor=actor, now=now),
        "refresh_prefill": lambda actor: cases.refresh_prefill(draft_id=draft, actor=actor, now=now),
        "file_case": lambda actor: cases.file_case(draft_id=draft, idempotency_key="matrix", declared=True, actor=actor, now=now),
        "withdraw": lambda actor: cases.withdraw(case_id=things.running, actor=actor, now=now),
        "answer_notice": lambda actor: cases.answer_notice(notice_id=things.notice, values={"seats": 40}, actor=actor, now=now),
    }
    for name, call in calls.items():
        yield Cell(f"cases.{name}", things.canary, call, own)
    again = _with(cases.start_draft, event_id="open-a-restaurant", draft_id=draft, now=now)  # a device that never heard the first answer
    yield Cell("cases.start_draft", things.canary, again, own)
    asking = _with(cases.ask_to_confirm, draft_id=draft, now=now)
    yield Cell("cases.ask_to_confirm", things.canary, asking, nobody)
    yield Cell("cases.confirm_filing", things.canary, _with(cases.confirm_filing, draft_id=draft, code="1", now=now), nobody)


def _of_the_desk(things: Things, world: World) -> Iterator[Cell]:
    now, owner = world.now, things.owner
    for place, step in (("market", "food"), ("fire", "fire"), ("tax", "tax")):
        of_place, window = others_of(owner, place, "officer"), window_of(owner)
        deciding = things.task("tax.confirm" if place == "tax" else f"{step}.decide")
        accepting = things.task("tax.confirm" if place == "tax" else f"{step}.accept", fresh=True)
        first = of_place if place != "fire" else others_of(owner, place, "officer", "supervisor")  # fire has sent its first notice
        on = f"{things.canary} {place}"
        yield Cell("cases.accept", on, _with(cases.accept, task_id=accepting, now=now), either(of_place, window))
        yield Cell("cases.complete_step", on, _with(cases.complete_step, task_id=deciding, now=now), of_place)
        yield Cell("cases.suspend", on, _with(cases.suspend, task_id=deciding, reason="r", legal_basis="l", now=now), of_place)
        yield Cell("cases.resume", on, _with(cases.resume, task_id=deciding, now=now), of_place)
        refusal = {"outcome": "refuse", "sentence": "不予许可。", "reason": "r"}
        yield Cell("cases.decide", on, _with(cases.decide, task_id=deciding, **refusal, now=now), of_place)
        items = [{"kind": "element", "id": "seats", "sentence": "x"}]
        asking = _with(cases.request_correction, task_id=accepting, items=items, due_days=5, now=now)
        yield Cell("cases.request_correction", on, asking, first)
        releasing = _with(cases.release_service, case_id=things.running, service=step, now=now)
        yield Cell("cases.release_service", on, releasing, others_of(owner, place, "supervisor"))
        fee = {"fee": "fee", "fen": 12000, "method": "cash", "receipt": "1"}
        paying = _with(cases.record_payment, case_id=things.running, service=step, **fee, now=now)
        yield Cell("cases.record_payment", on, paying, either(of_place, window))
    window = window_of(owner)
    wanted = {"element": "resident-id", "reason": "compare-identity"}
    showing = _with(cases.reveal_value, case_id=things.running, **wanted, now=now)
    yield Cell("cases.reveal_value", things.canary, showing, others_of(owner, "market", "officer", "supervisor"))
    reference = Case.objects.values_list("reference", flat=True).get(pk=things.running)
    question = {"resource": "property-register", "keys": {"property-number": "P-1"}, "fields": ("address",)}
    asking = _with(cases.ask_register, reference=reference, **question, now=now)
    yield Cell(
        "cases.ask_register", things.canary, asking, either(*(others_of(owner, place, "officer", "supervisor") for place in WORKING))
    )
    yield Cell("cases.accept_all", things.canary, _with(cases.accept_all, case_id=things.fresh, now=now), window)
    taking = _with(cases.withdraw_service, case_id=things.running, service="food", reason="r", now=now)
    yield Cell("cases.withdraw_service", things.canary, taking, window)
    mended = cases.Mended(uuid4(), uuid4(), "property-register", "address", now)
    yield Cell("cases.ask_again", things.canary, _with(cases.ask_again, mended=mended, now=now), platform)
    yield Cell("cases.fetch_arrivals", things.canary, _with(cases.fetch_arrivals, case_id=things.running, now=now), platform)


def _reading(things: Things, world: World) -> Iterator[Cell]:
    now, own, oneself = world.now, speaking_for(things.owner), only(things.owner)
    for fresh, case in ((True, things.fresh), (False, things.running)):
        on = f"{things.canary} {'fresh' if fresh else 'running'}"
        yield Cell("cases.case_page", on, _with(read_cases.case_page, case_id=case, now=now), sees(things, fresh=fresh))
        yield Cell("cases.case_changes", on, _with(read_cases.case_changes, case_id=case, now=now), sees(things, fresh=fresh))
        yield Cell("cases.timeline", on, _with(read_cases.timeline, case_id=case, now=now), sees(things, fresh=fresh))
        giving = _with(read_cases.receipt, case_id=case, language="zh", status_page="x", now=now)
        yield Cell("cases.receipt", on, giving, sees(things, fresh=fresh))
        printing = _with(read_cases.receipt_sheets, case_id=case, language="zh", status_page="x", now=now)
        yield Cell("cases.receipt_sheets", on, printing, sees(things, fresh=fresh))
        opening = _with(read_cases.attachment, attachment_id=things.attachments[0 if fresh else 1], now=now)
        market = _market_desk
        window = lambda profile, fresh=fresh: fresh and profile.has("window")
        yield Cell("cases.attachment", on, opening, either(own, market, platform, window))
        values = _values_of(case, now)
        yield Cell("cases.case_page", f"{on}: the answers of the applicant", values, either(own, platform, window))
    yield Cell("cases.upload", things.canary, _with(read_cases.upload, upload_id=things.upload), own)
    yield Cell("cases.draft_page", things.canary, _with(read_cases.draft_page, draft_id=things.draft), own)
    yield Cell("cases.my_cases", things.canary, _holds(read_cases.my_cases, things.running), own, empty=True)
    looked = lambda actor: [1 for row in read_cases.who_looked(actor=actor).lines for case in row.cases if case.id == things.running]
    yield Cell("cases.who_looked", things.canary, looked, oneself, empty=True)
    yield Cell("cases.my_drafts", things.canary, _holds(read_cases.my_drafts, things.draft), own, empty=True)
    similar = lambda actor: things.draft in {row.id for row in read_cases.similar_open(event_id="open-a-restaurant", actor=actor).drafts}
    yield Cell("cases.similar_open", things.canary, similar, own, empty=True)
    holding = lambda actor: [row for row in read_cases.held(actor=actor) if row.case_id == things.running]
    yield Cell("cases.held", things.canary, holding, own, empty=True)
    keys = lambda actor: [row for row in read_identity.tokens_of(actor=actor) if row.id == things.token]
    yield Cell("identity.tokens_of", things.canary, keys, oneself, empty=True)
    revoking = _with(identity.revoke_token, token_id=things.token, now=now)
    yield Cell("identity.revoke_token", things.canary, revoking, oneself)
    speaking = _with(identity.set_language, user_id=things.owner, language="ru", now=now)
    yield Cell("identity.set_language", things.canary, speaking, oneself)


def _of_evaluation(things: Things, world: World) -> Iterator[Cell]:
    now, own, answering = world.now, speaking_for(things.owner), others_of(things.owner, *ANSWERS_FOR_MARKET)
    of_the_case = {"case_id": things.running, "now": now}
    yield Cell("cases.acts_done", things.canary, _with(read_cases.acts_done, case_id=things.running), own)
    yield Cell("evaluation.of_case", things.canary, _with(read_evaluation.of_case, **of_the_case), own)
    judging = _with(evaluation.evaluate, node="acceptance", subject="hall", level=2, **of_the_case)
    yield Cell("evaluation.evaluate", things.canary, judging, own)
    answer = _with(evaluation.answer_call_back, evaluation_id=things.evaluation, answer="x", now=now)
    yield Cell("evaluation.answer_call_back", things.canary, answer, answering)
    listed = lambda actor: [row for row in read_evaluation.call_backs(actor=actor, now=now) if row.id == things.evaluation]
    yield Cell("evaluation.call_backs", things.canary, listed, answering, empty=True)
    waiting = lambda actor: read_evaluation.waiting(actor=actor, now=now).open
    yield Cell("evaluation.waiting", things.canary, waiting, lambda profile: profile.is_of(*ANSWERS_FOR_MARKET), empty=True)


ANSWERS_FOR_MARKET = ("market", "supervisor", "leader")


def _market_desk(profile: Profile) -> bool:
    return profile.is_of("market", "officer", "supervisor")


def _in_the_queue(world: World) -> Iterator[Cell]:
    """The queue: what its rows, its search and its counts show of the cases, in every view. Nobody's own case is on their desk."""
    departments = lambda profile: any(profile.is_of(place, "officer", "supervisor") for place in WORKING)
    cases = {case: (things.owner, fresh) for things in world.things for fresh, case in ((True, things.fresh), (False, things.running))}

    def may(profile: Profile) -> frozenset[UUID]:
        seen = lambda fresh: departments(profile) or (fresh and profile.has("window"))
        return frozenset(case for case, (owner, fresh) in cases.items() if seen(fresh) and profile.id != owner)

    def rows(actor: Actor) -> frozenset[UUID]:
        filters = [read_cases.InboxFilter(view=view, size=200) for view in ("mine", "department", "done", "late", "department-late")]
        pages = [read_cases.inbox(actor=actor, filter=wanted, now=world.now) for wanted in filters]
        return frozenset(row.case_id for page in pages for row in page.rows)

    def search(actor: Actor) -> frozenset[str]:
        return frozenset(things.canary for things in world.things if _found(actor, things.canary, world))

    searched = lambda profile: frozenset(things.canary for things in world.things if things.fresh in may(profile))
    yield Cell("cases.inbox", "rows", rows, may, which=True)
    yield Cell("cases.inbox", "search and count", search, searched, which=True)


def _found(actor: Actor, text: str, world: World) -> bool:
    page = read_cases.inbox(actor=actor, filter=read_cases.InboxFilter(view="department", text=text, size=200), now=world.now)
    return bool(page.total or any(page.counts.values()))


def _values_of(case: UUID, now: Any) -> Call:
    def answers(actor: Actor) -> Any:
        return read_cases.case_page(case_id=case, actor=actor, now=now).plan["answers"]

    return answers


def _beside(world: World) -> Iterator[Cell]:
    now = world.now
    yield from _in_the_queue(world)
    yield from _of_exports(world)
    for name, call, may, empty in parts.beside(world.invitation, now):
        yield Cell(f"cases.{name}", "an invitation", call, may, empty=empty)
    yield from _of_the_own_queue(world)
    yield Cell("cases.start_draft", "", _with(cases.start_draft, event_id="open-a-restaurant", now=now), known)
    yield Cell("cases.hand_over", "", _with(cases.hand_over, before=uuid4(), after=uuid4(), now=now), platform)
    yield Cell("cases.grant_by_silence", "", _with(cases.grant_by_silence, now=now), platform)
    yield Cell("cases.escalate", "", _with(cases.escalate, now=now), platform)
    yield Cell("cases.inbox", "", _with(read_cases.inbox, now=now), at_a_desk)
    listed = {"code_list": "region", "title": "", "source": "", "valid_from": now.date(), "rows": ()}
    yield Cell("catalogue.load_code_list", "", _with(catalogue.load_code_list, **listed, now=now), operator)
    yield Cell("catalogue.load_catalogue", "", _with(catalogue.load_catalogue, files=[("x.yaml", "a: 1")], now=now), operator)
    yield Cell("catalogue.import_directory", "", _with(catalogue.import_directory, name="x.csv", content=b"", now=now), operator)
    document = {"id": "matrix", "name": {"zh": "x"}}
    yield Cell("catalogue.save_draft", "", _with(catalogue.save_draft, kind="element", document=document, now=now), editor)
    yield Cell("catalogue.publish", "", _with(catalogue.publish, kind="element", document=document, now=now), editor)
    yield Cell("catalogue.save_synonyms", "", _with(catalogue.save_synonyms, words=["x", "y"], now=now), editor)
    yield Cell("catalogue.remove_synonyms", "", _with(catalogue.remove_synonyms, group_id=world.synonyms, now=now), editor)
    name = dict.fromkeys(("zh", "en", "ru"), "x")
    tiles_of = {"format": FORMAT, "groups": [{"name": name, "tiles": [{"page": "status"}]}]}
    yield Cell(
        "tiles.arrange", "", _with(tiles.arrange, document=tiles_of, now=now), platform
    )  # and who administers the portal: nobody here
    yield Cell("tiles.workbench", "", _with(read_tiles.workbench), platform)
    browser = {"endpoint": "https://push.example.org/x", "keys": {}, "name": "x"}
    yield Cell("messages.subscribe", "", _with(messages.subscribe, **browser, now=now), known)
    yield Cell("messages.unsubscribe", "", _with(messages.unsubscribe, device_id=world.browser, now=now), only(OWNER.id))
    yield Cell("messages.devices", "", _with(read_messages.devices), only(OWNER.id), empty=True)
    discarding = _with(catalogue.discard_draft, draft_id=world.edit, now=now)
    yield Cell("catalogue.discard_draft", "", discarding, only(world.editor.id))
    yield Cell("catalogue.drafts", "", read_catalogue.drafts, only(world.editor.id), empty=True)
    asking = {"resource": "property-register", "keys": {"property-number": "P-1"}, "fields": ("address",), "purpose": "prefill"}
    asking |= {"subject_kind": "draft", "subject_id": uuid4()}
    yield Cell("exchange.query", "", _with(ASK_A_REGISTER, **asking, now=now), anybody_but_visitors)
    yield Cell("exchange.load_connectors", "", _with(exchange.load_connectors, connectors=[], now=now), operator)
    yield Cell("exchange.load_grants", "", _with(exchange.load_grants, grants=[], now=now), operator)
    store = {"resource": "matrix", "description": {"columns": [{"name": "id", "key": True}]}}
    yield Cell("exchange.describe_records", "", _with(exchange.describe_records, **store, now=now), operator)
    asked = {"resource": "nothing", "keys": {"id": "1"}}
    yield Cell("exchange.record_history", "", _with(exchange.record_history, **asked, now=now), operator)
    yield Cell("exchange.load_records", "", _with(exchange.load_records, resource="nothing", file=Path("no.csv"), now=now), operator)
    yield Cell("exchange.stamp_queries", "", _with(exchange.stamp_queries, now=now), operator)
    yield Cell("exchange.verify_log", "", _with(exchange.verify_log), operator)
    yield Cell("exchange.archive_log", "", _with(exchange.archive_log, now=now), operator)
    yield Cell("exchange.purge_log", "", _with(exchange.purge_log, now=now), operator)
    nowhere = Path("/dev/null/matrix")
    yield Cell("exchange.export_log", "", _with(exchange.export_log, folder=nowhere, now=now), operator)
    span = {"since": now, "until": now}
    metering = lambda profile: operator(profile) or profile.holds("supervisor", "leader")
    yield Cell("exchange.report", "", _with(read_exchange.report, **span), metering)
    yield Cell("exchange.spent_quotas", "", _with(read_exchange.spent_quotas, now=now), metering)
    for name, call, may, empty in data.calls(world.data, now):
        yield Cell(name, "", call, may, empty=empty)
    moving = {"before": uuid4(), "after": uuid4()}
    yield Cell("exchange.move_consents", "", _with(exchange.move_consents, **moving), anybody_but_visitors)
    agreeing = {"person": uuid4(), "matter": uuid4(), "resources": ()}
    yield Cell("exchange.give_consents", "", _with(exchange.give_consents, **agreeing, now=now), anybody_but_visitors)
    yield Cell("exchange.withdraw_consents", "", _with(exchange.withdraw_consents, **agreeing, now=now), anybody_but_visitors)
    disputed = exchange.Disputed("property-register", "address", "x", {}, "x")
    yield Cell("exchange.load_enquiries", "", _with(exchange.load_enquiries, enquiries=[], now=now), operator)
    yield Cell("exchange.enquire", "", _with(exchange.enquire, enquiry="matrix", now=now), known)
    asking_back = {"answer_id": world.answer, "language": "en"}
    own_answer = only(world.things[0].owner)
    yield Cell("exchange.enquiry_proof", "the applicant's", _with(exchange.enquiry_proof, **asking_back, now=now), own_answer)
    reading = _with(read_exchange.enquiry_answer, answer_id=world.answer, now=now)
    yield Cell("exchange.enquiry_answer", "the applicant's", reading, own_answer)
    raising = _with(exchange.raise_correction, disputed=disputed, matter=uuid4(), person=uuid4(), now=now)
    yield Cell("exchange.raise_correction", "", raising, known)
    taking = _with(exchange.take_back_correction, matter=uuid4(), element="x", now=now)
    yield Cell("exchange.take_back_correction", "", taking, anybody_but_visitors)
    naming = _with(exchange.name_corrections, **moving, reference="x")
    yield Cell("exchange.name_corrections", "", naming, anybody_but_visitors)
    yield Cell("exchange.forget_corrections", "", _with(exchange.forget_corrections, matter=uuid4()), anybody_but_visitors)
    yield Cell("exchange.move_party", "", _with(exchange.move_party, **moving), platform)
    of_the_city = others_of(world.things[0].owner, "city", "officer", "supervisor")
    answering = _with(exchange.answer_correction, correction_id=world.correction, outcome="stands", sentence="x", now=now)
    yield Cell("exchange.answer_correction", "of the city", answering, of_the_city)
    waiting = lambda actor: [row for row in read_exchange.corrections(actor=actor, now=now) if row.id == world.correction]
    yield Cell("exchange.corrections", "of the city", waiting, of_the_city, empty=True)
    told = lambda actor: read_exchange.corrections_of(matter=world.disputed, actor=actor, now=now)
    yield Cell("exchange.corrections_of", "the applicant's", told, for_party(world.things[0].owner), empty=True)
    yield Cell(
        "exchange.queries_for",
        "",
        lambda actor: actor.kind == "anonymous" and read_exchange.queries_for(uuid4(), actor),
        nobody,
        empty=True,
    )
    yield from _of_interfaces(world)
    yield from _of_ready_texts(world)
    yield Cell("identity.save_organisations", "", _with(identity.save_organisations, organisations={}, now=now), editor)
    yield Cell("identity.load_people", "", _with(identity.load_people, people={}, password="x", now=now), platform)
    moving = {"rows": [], "source": "x", "refuse": list, "progress": lambda _taken: None}
    yield Cell("identity.import_accounts", "", _with(identity.import_accounts, **moving, now=now), platform)
    card = {"name": "王丽", "resident_id": RESIDENT_ID}
    yield Cell("identity.match_person", "", _with(identity.match_person, **card, now=now), known)
    yield Cell("identity.make_visit_code", "", _with(identity.make_visit_code, now=now), known)
    yield Cell("identity.who_am_i", "", _with(read_identity.who_am_i, now=now), known)
    yield Cell("identity.begin_face_check", "", _with(identity.begin_face_check, back="https://x.example/", now=now), known)
    yield Cell("identity.finish_face_check", "", _with(identity.finish_face_check, now=now), known)
    yield Cell("identity.ask_children", "", _with(identity.ask_children, now=now), known)
    yield Cell("identity.children", "", _with(read_identity.children, now=now), known)
    yield Cell("identity.is_minor", "", _with(read_identity.is_minor, now=now), known)
    yield from _of_mandates(world, RESIDENT_ID)
    yield from _of_the_national_log_in(now)
    seen = _with(identity.confirm_in_person, code="1", **card, again=RESIDENT_ID, now=now)
    yield Cell("identity.confirm_in_person", "", seen, lambda profile: profile.holds("window"))
    yield Cell("identity.create_token", "", _with(identity.create_token, name="x", now=now), known)
    yield from _of_help_at_the_window(now)
    yield from _of_terminals(now)
    yield from _of_the_administrator(world)
    yield from _of_the_systems(world)
    yield from _of_an_incident(world)


def _of_help_at_the_window(now: datetime) -> Iterator[Cell]:
    """Windows begin it; whoever is in it asks the person to confirm, and ends it."""
    window, helper = (lambda profile: profile.holds("window")), only(HELPER.id)
    offering = _with(identity.offer_help, contact="x", matter="x", about={}, now=now)
    yield Cell("identity.offer_help", "", offering, window)
    yield Cell("identity.begin_help", "", _with(identity.begin_help, offer=uuid4(), code="1", now=now), window)
    yield Cell("identity.begin_help_shown", "", _with(identity.begin_help_shown, code="1", matter="x", now=now), window)
    yield Cell("identity.ask_to_confirm", "", _with(identity.ask_to_confirm, mark="x", about={}, now=now), helper)
    yield Cell("identity.confirm_filing", "", _with(identity.confirm_filing, code="1", mark="x", now=now), helper)
    yield Cell("identity.end_help", "", _with(identity.end_help, now=now), helper)
    yield Cell("identity.close_help", "", _with(identity.close_help, now=now), helper)
    yield Cell("identity.help_now", "", _with(read_identity.help_now), helper, empty=True)


def _of_terminals(now: datetime) -> Iterator[Cell]:
    """An organisation's terminals are its administrator's; a device proves itself by the code."""
    any_admin, everybody = (lambda profile: profile.actor.is_officer and "admin" in profile.actor.roles), (lambda _profile: True)
    market = lambda profile: profile.is_in_person("market", "admin")
    terminal = Terminal.objects.create(organisation="market", name="x", secret="matrix", added_at=now, added_by=uuid4())
    yield Cell("identity.add_terminal", "", _with(identity.add_terminal, name="x", place="x", now=now), any_admin)
    ending = _with(identity.end_terminal, terminal_id=terminal.pk, now=now)
    yield Cell("identity.end_terminal", "market", ending, market)
    listing = lambda actor: [row for row in read_identity.terminals(actor=actor) if row.id == terminal.pk]
    yield Cell("identity.terminals", "market", listing, market, empty=True)
    setting_up = _with(identity.set_up_terminal, code="1", address="x", now=now)
    yield Cell("identity.set_up_terminal", "", setting_up, everybody)


def connects_for_market(profile: Profile) -> bool:
    """Whether they connect interfaces of market: an operator, or a supervisor of all of it."""
    hats = (hat for hat in profile.actor.hats if hat.organisation == "market" and not hat.regions)
    return operator(profile) or any("supervisor" in hat.roles for hat in hats)


def watches(profile: Profile) -> bool:
    return platform(profile) or profile.holds("admin", "supervisor", "leader", "reformer")


def _of_interfaces(world: World) -> Iterator[Cell]:
    now, one = world.now, {"interface_id": world.interface}
    own = only(BY_ROLE["supervisor", "market"].id)
    beginning = _with(exchange.begin_interface, content="{}", organisation="market", now=now)
    yield Cell("exchange.begin_interface", "market", beginning, connects_for_market)
    form = exchange.InterfaceForm()
    yield Cell("exchange.describe_interface", "market", _with(exchange.describe_interface, **one, form=form, now=now), own)
    yield Cell("exchange.try_interface", "market", _with(exchange.try_interface, **one, keys={}, now=now), own)
    yield Cell("exchange.publish_interface", "market", _with(exchange.publish_interface, **one, now=now), own)
    yield Cell("exchange.discard_interface", "market", _with(exchange.discard_interface, **one, now=now), own)
    for read in (read_exchange.interface_draft, read_exchange.interface_gain, read_exchange.papers):
        yield Cell(f"exchange.{read.__name__}", "market", _with(read, **one), own)
    yield Cell("exchange.interface_drafts", "market", _with(read_exchange.interface_drafts), own, empty=True)
    yield Cell("exchange.interface_board", "", _with(read_exchange.interface_board, now=now), watches)
    document = {"id": "matrix", "organisation": "market", "keyed_by": [], "gives": []}
    publishing = _with(catalogue.publish_resource, document=document, now=now)
    by_owner = either(editor, connects_for_market)
    yield Cell("catalogue.publish_resource", "market", publishing, by_owner)


def _of_an_incident(world: World) -> Iterator[Cell]:
    now, anybody = world.now, [OWNER.id] if OWNER.id else []
    leak = breach.Leak(kind="span", subjects=(), since=now, until=now)
    yield Cell("breach.find", "", _with(breach.find, leak=leak, incident="matrix", now=now), platform)
    yield Cell("breach.name", "", _with(breach.name, persons=anybody, incident="matrix", now=now), platform)
    letters = {"incident": "matrix", "kind": "span", "recipients": (), "own_words": {}, "send": True}
    yield Cell("breach.tell", "", _with(breach.tell, **letters, now=now), platform)

    def questions(actor: Actor) -> list[Any]:
        told = {"resource": "matrix", "purpose": "matrix", "fields": [], "outcome": "answered", "duration_ms": 1}
        Query.objects.create(at=now, actor_kind="person", subject_id=uuid4(), **told)
        return list(read_exchange.questions(since=now, until=now, resource="matrix", actor=actor))

    yield Cell("exchange.questions", "", questions, platform, empty=True)


def _of_the_national_log_in(now: datetime) -> Iterator[Cell]:
    """Anybody may go there and come back; what comes back proves something or nothing. Nobody stands in front of the matrix."""
    everybody = lambda _profile: True
    begun = identity.NationalBegun("", "x", "x", "x", "", now)
    yield Cell("identity.begin_national", "", _with(identity.begin_national, back="", now=now), everybody)
    yield Cell("identity.finish_national", "", _with(identity.finish_national, begun=begun, told={}, now=now), everybody)
    yield Cell("identity.open_national_account", "", _with(identity.open_national_account, ticket="", language="", now=now), everybody)
    yield Cell("identity.link_national", "", _with(identity.link_national, ticket="", now=now), known)
    yield Cell("identity.unlink_national", "", _with(identity.unlink_national, now=now), known)


def _of_mandates(world: World, number: str) -> Iterator[Cell]:
    """What one's own mandates are: nobody reads, ends or uses another's."""
    now, found = world.now, AGENT.actor.on_behalf_of
    assert found is not None
    assert found.mandate is not None
    mandate = found.mandate
    both = either(only(OWNER.id), only(AGENT.id))
    days = {"from_date": date(2026, 5, 1), "until_date": date(2026, 6, 1)}
    to = {"receiver_name": "王丽", "receiver_number": number}
    offering = lambda actor: identity.offer_mandate(party=actor.id, role="agent", **to, matters=[], **days, actor=actor, now=now)
    yield Cell("identity.offer_mandate", "one's own", offering, known)
    yield Cell("identity.add_enterprise", "", _with(identity.add_enterprise, uscc="1", now=now), known)
    ending = _with(identity.end_mandate, mandate_id=mandate, now=now)
    yield Cell("identity.end_mandate", "the agent's", ending, both)
    lines = lambda actor: any(
        row.id == mandate for rows in (read_identity.mandates(actor=actor, now=now),) for row in (*rows.given, *rows.received)
    )
    yield Cell("identity.mandates", "the agent's", lines, both, empty=True)
    using = _with(identity.begin_acting, key=f"mandate:{mandate}", now=now)
    yield Cell("identity.begin_acting", "the agent's", using, only(AGENT.id))
    # Whoever is not known for sure is told that first; whoever is, finds nothing that is offered to them.
    accepting = _with(identity.accept_mandate, mandate_id=uuid4(), now=now)
    yield Cell("identity.accept_mandate", "offered to nobody here", accepting, known)
    mine = lambda actor: any(choice.key == f"mandate:{mandate}" for choice in read_identity.choices(actor=actor, now=now))
    yield Cell("identity.choices", "the agent's", mine, only(AGENT.id), empty=True)


def _of_the_administrator(world: World) -> Iterator[Cell]:
    now, post = world.now, world.post
    admin = lambda profile: profile.is_in_person("market", "admin")
    closing = _with(identity.set_active, user_id=BY_ROLE["officer", "market"].id, active=False, now=now)
    yield Cell("identity.set_active", "an officer of market", closing, either(platform, admin))
    ending = _with(identity.end_sessions, user_id=BY_ROLE["officer", "market"].id, now=now)
    yield Cell("identity.end_sessions", "an officer of market", ending, either(platform, admin))
    yield Cell("identity.end_sessions", "everybody", _with(identity.end_sessions, user_id=None, now=now), platform)
    closing = _with(identity.set_active, user_id=world.things[0].owner, active=False, now=now)
    yield Cell("identity.set_active", "a citizen", closing, platform)
    listing = lambda actor: [row for row in read_identity.staff(actor=actor) if row.id == post]
    yield Cell("identity.staff", "market", listing, admin, empty=True)
    acts = {
        "give_roles": _with(identity.give_roles, post_id=post, roles=["officer"], now=now),
        "limit_region": _with(identity.limit_region, post_id=post, region="230102", now=now),
        "close_post": _with(identity.close_post, post_id=post, now=now),
        "rename_post": _with(identity.rename_post, post_id=post, title="x", now=now),
        "reopen_post": _with(identity.reopen_post, post_id=post, now=now),
    }
    for name, act in acts.items():
        yield Cell(f"identity.{name}", "market", act, admin)
    own_post = Post.objects.get(user_id=BY_ROLE["admin", "market"].id).pk
    raising = _with(identity.close_post, post_id=own_post, now=now)
    yield Cell("identity.close_post", "one's own", raising, only(SECOND_ADMIN.id))
    appointing = _with(identity.appoint, username=str(LIU.id), title="x", roles=["officer"], now=now)
    any_admin = lambda profile: profile.actor.kind == "officer" and "admin" in profile.actor.roles
    yield Cell("identity.appoint", "", appointing, any_admin)
    new = {"username": "new.colleague", "name": "x", "email": "", "title": "x", "roles": ["officer"]}
    yield Cell("identity.hire", "", _with(identity.hire, **new, now=now), any_admin)
    substitute = Post.objects.get(user_id=CLERK.id).pk
    days = {"from_date": date(2026, 5, 1), "until_date": date(2026, 5, 3)}
    leaving = _with(identity.record_leave, post_id=post, substitute_id=substitute, **days, now=now)
    own = only(BY_ROLE["officer", "market"].id)
    yield Cell("identity.record_leave", "market", leaving, either(admin, own))
    yield Cell("identity.end_leave", "market", _with(identity.end_leave, leave_id=world.leave, now=now), either(admin, own))
    password = _with(identity.set_password, user_id=world.things[0].owner, password="x", now=now)
    yield Cell("identity.set_password", "", password, only(world.things[0].owner))
    someone = lambda profile: profile.actor.id is not None
    yield Cell("identity.take_along", "", _with(identity.take_along, now=now), someone)
    yield Cell("identity.rename", "", _with(identity.rename, name="x", now=now), someone)
    yield Cell("identity.change_contact", "", _with(identity.change_contact, kind="email", text="x@example.com", now=now), someone)
    yield Cell("identity.close_account", "", _with(identity.close_account, now=now), someone)
    account = {"phone": "", "email": "", "name": "x", "password": "x", "language": ""}
    yield Cell("identity.open_account", "", _with(identity.open_account, **account, now=now), lambda _profile: True)
    year = {"region": "CN", "year": 2030, "days_off": (), "workdays": (), "source": "x"}
    yield Cell("plumbing.retain", "", _with(personal.retain, now=now), lambda profile: profile.actor.is_system)
    yield Cell("plumbing.save_year", "", _with(calendars.save_year, **year, now=now), operator)
    second = only(SECOND_ADMIN.id)
    yield Cell("identity.settle_rights", "yes", _with(identity.settle_rights, proposal_id=world.rise, confirm=True, now=now), second)
    yield Cell("identity.settle_rights", "no", _with(identity.settle_rights, proposal_id=world.rise, confirm=False, now=now), second)
    yield Cell("identity.rights_waiting", "", lambda actor: read_identity.rights_waiting(actor=actor), second, empty=True)


def _of_the_systems(world: World) -> Iterator[Cell]:
    now, system, owner = world.now, world.system, world.things[0].owner
    keeper = either(platform, lambda profile: profile.is_in_person("market", "admin"))
    form = signon.SystemForm(name={"zh": "x"}, organisation="market", redirect_uris=["https://x.example/"])
    yield Cell("signon.register_system", "market", _with(signon.register_system, form=form, now=now), keeper)
    yield Cell("signon.renew_secret", "market", _with(signon.renew_secret, system_id=system.id, now=now), keeper)
    yield Cell("signon.close_system", "market", _with(signon.close_system, system_id=system.id, now=now), keeper)
    listing = lambda actor: [row for row in read_signon.systems(actor=actor) if row.id == system.id]
    yield Cell("signon.systems", "market", listing, keeper, empty=True)
    own = lambda profile: profile.is_in_person("market", "admin")
    any_admin = lambda profile: profile.actor.kind == "officer" and "admin" in profile.actor.roles
    yield Cell("signon.make_staff_key", "", _with(signon.make_staff_key, name="x", now=now), any_admin)
    yield Cell("signon.end_staff_key", "market", _with(signon.end_staff_key, key_id=world.staff_key, now=now), own)
    keys = lambda actor: [row for row in read_signon.staff_keys(actor=actor) if row.id == world.staff_key]
    yield Cell("signon.staff_keys", "market", keys, own, empty=True)
    second = only(SECOND_ADMIN.id)
    for confirm in (True, False):
        settling = _with(signon.settle_system, proposal_id=world.proposed_system, confirm=confirm, now=now)
        yield Cell("signon.settle_system", "yes" if confirm else "no", settling, second)
    yield Cell("signon.systems_waiting", "", lambda actor: read_signon.systems_waiting(actor=actor), second, empty=True)
    yield Cell("signon.rotate_keys", "", _with(signon.rotate_keys, now=now), platform)
    yield Cell("signon.signing_keys", "", _with(read_signon.signing_keys), platform)
    asking = {"parameters": {name: [value] for name, value in system.asks().items()}, "session": "x", "methods": (), "agreed": True}
    yield Cell("signon.begin_login", "", _with(signon.begin_login, **asking, proved_at=now, now=now), known)
    yield Cell("signon.end_session", "", _with(signon.end_session, session="x", now=now), known)
    yield Cell("signon.leave_system", "the applicant's", _with(signon.leave_system, system_id=system.id, now=now), only(owner))
    mine = lambda actor: [row for row in read_signon.own_systems(actor=actor, now=now) if row.id == system.id]
    yield Cell("signon.own_systems", "the applicant's", mine, only(owner), empty=True)
    asked = read_signon.asked_for(asking["parameters"])
    knows = lambda actor: actor.id is not None and not read_signon.needs_consent(asked=asked, actor=actor)
    yield Cell("signon.needs_consent", "the applicant's", knows, only(owner), empty=True)
    hint = {"iss": "x", "sub": Grant.objects.get(system_id=system.id, user=owner).sub, "aud": system.id}
    hinted = replace(asked, hint=signing.sign(hint, now))
    meant = lambda actor: actor.id is not None and read_signon.means(asked=hinted, issuer="x", actor=actor, now=now)
    yield Cell("signon.means", "the applicant's", meant, only(owner), empty=True)
    own = read_signon.asked_for({name: [value] for name, value in world.staff_system.asks().items()})
    of_market = lambda profile: profile.actor.kind == "officer" and profile.actor.organisation == "market"
    yield Cell("signon.is_for", "the staff of market", lambda actor: read_signon.is_for(asked=own, actor=actor), of_market, empty=True)


def _of_the_second_officer(things: Things, world: World) -> Iterator[Cell]:
    now = world.now
    market = others_of(things.owner, "market", "officer", "supervisor")
    second = lambda profile: market(profile) and profile.id != BY_ROLE["supervisor", "market"].id
    grounds = {"sentence": "予以撤销。", "reason": "r", "legal_basis": "l"}
    proposing = _with(cases.revoke_output, output_id=things.output, **grounds, now=now)
    yield Cell("cases.revoke_output", things.canary, proposing, market)
    yield Cell("cases.settle", f"{things.canary} yes", _with(cases.settle, proposal_id=things.revocation, confirm=True, now=now), second)
    rejecting = _with(cases.settle, proposal_id=things.revocation, confirm=False, reason="r", now=now)
    yield Cell("cases.settle", f"{things.canary} no", rejecting, second)
    waiting = lambda actor: [row for row in read_cases.proposals_waiting(actor=actor, now=now) if row.id == things.revocation]
    yield Cell("cases.proposals_waiting", things.canary, waiting, second, empty=True)
    listed = lambda actor: [row for row in read_cases.issued(actor=actor, now=now) if row.id == things.output]
    yield Cell("cases.issued", things.canary, listed, market, empty=True)
    yield Cell("cases.issued_one", things.canary, _with(read_cases.issued_one, output_id=things.output, now=now), market)


def _of_notes(things: Things, world: World) -> Iterator[Cell]:
    market = others_of(things.owner, "market", "officer", "supervisor")
    writing = _with(cases.add_note, task_id=things.task("food.decide"), text="x", now=world.now)
    yield Cell("cases.add_note", things.canary, writing, market)
    reading = _with(read_cases.notes, case_id=things.running, now=world.now)
    yield Cell("cases.notes", things.canary, reading, market, empty=True)
    putting_back = _with(cases.assign, task_id=things.task("food.decide"), officer=None, now=world.now)
    yield Cell("cases.assign", things.canary, putting_back, market)


def _of_the_own_queue(world: World) -> Iterator[Cell]:
    now, own = world.now, only(BY_ROLE["officer", "market"].id)
    yield Cell("cases.keep_filter", "", _with(cases.keep_filter, name="y", query={"only": "late"}, now=now), at_a_desk)
    yield Cell("cases.choose_columns", "", _with(cases.choose_columns, columns=[], now=now), at_a_desk)
    yield Cell("cases.drop_filter", "", _with(cases.drop_filter, filter_id=world.filter, now=now), own)
    kept = lambda actor: [one for one in read_cases.queue_choices(actor=actor).filters if one.id == world.filter]
    yield Cell("cases.queue_choices", "", kept, own, empty=True)
    yield Cell("cases.colleagues_load", "", _with(read_cases.colleagues_load, now=now), at_a_desk)
    yield Cell("cases.cover_leaves", "", _with(cases.cover_leaves, now=now), platform)


def _of_rechecks(things: Things, world: World) -> Iterator[Cell]:
    now, one, market = world.now, {"decision_id": things.decision}, others_of(things.owner, "market", "officer", "supervisor")
    for outcome in ("right", "wrong"):
        answering = _with(cases.answer_recheck, **one, outcome=outcome, reason="x", now=now)
        yield Cell("cases.answer_recheck", f"{things.canary} {outcome}", answering, market)
    yield Cell("cases.recheck", things.canary, _with(read_cases.recheck, **one, now=now), market)
    listed = lambda actor: [row for row in read_cases.rechecks(actor=actor, now=now) if row.id == things.decision]
    yield Cell("cases.rechecks", things.canary, listed, market, empty=True)
    waiting = lambda actor: read_cases.rechecks_waiting(actor=actor, now=now).open
    yield Cell("cases.rechecks_waiting", things.canary, waiting, _market_desk, empty=True)
    counted = lambda actor: read_cases.oversight(actor=actor, now=now).machine
    yield Cell("cases.oversight", things.canary, counted, lambda profile: profile.is_of(*ANSWERS_FOR_MARKET), empty=True)


def _of_exports(world: World) -> Iterator[Cell]:
    """Whose the table is that an officer took along: theirs alone."""
    now, one, own = world.now, {"export_id": world.export}, only(BY_ROLE["officer", "market"].id)
    yield Cell("cases.ask_export", "", _with(cases.ask_export, filter=read_cases.InboxFilter(), now=now), at_a_desk)
    yield Cell("cases.remove_export", "market", _with(cases.remove_export, **one, now=now), own)
    yield Cell("cases.export_file", "market", _with(read_cases.export_file, **one, now=now), own)
    listed = lambda actor: [row for row in read_cases.exports(actor=actor, now=now) if row.id == world.export]
    yield Cell("cases.exports", "market", listed, own, empty=True)
    yield Cell("cases.make_export", "market", _with(cases.make_export, **one, now=now), platform)
    yield Cell("cases.exports_to_make", "", _with(cases.exports_to_make, now=now), platform)
    yield Cell("cases.expire_exports", "", _with(cases.expire_exports, now=now), platform)


def _of_ready_texts(world: World) -> Iterator[Cell]:
    now, one = world.now, {"template_id": world.template}
    words = {"use": "refuse", "service": "", **WORDS}
    yield Cell("cases.save_template", "market", _with(cases.save_template, **one, **words, now=now), data.chiefs)
    yield Cell("cases.save_template", "one's own", _with(cases.save_template, **words, now=now), data.chief)
    yield Cell("cases.remove_template", "market", _with(cases.remove_template, **one, now=now), data.chiefs)
    listed = lambda actor: [row for row in read_cases.templates(actor=actor) if row.id == world.template]
    yield Cell("cases.templates", "market", listed, lambda p: p.actor.organisation == "market" and data.chief(p), empty=True)
    choice = {"uses": ("refuse",), "service": "food", "organisation": "market"}
    yield Cell(
        "cases.templates_for", "market", _with(read_cases.templates_for, **choice), lambda p: data.keeps_any(p, "market"), empty=True
    )


def _with(function: Callable[..., Any], **arguments: Any) -> Call:
    return lambda actor: function(**arguments, actor=actor)


def _holds(function: Callable[..., Any], wanted: UUID) -> Call:
    return lambda actor: any(row.id == wanted for row in function(actor=actor))
