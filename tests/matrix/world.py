"""What they try it on: for each of two owners a draft with a document, a case just filed with a notice, and one under way."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from onewindow.modules.cases import models, selectors, services
from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.evaluation import services as evaluation
from onewindow.modules.evaluation.models import Evaluation
from onewindow.modules.exchange import services as exchange
from onewindow.modules.exchange.models import Enquiry, EnquiryAnswer, InterfaceDraft
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import ApiToken, Leave, Person, Post
from onewindow.modules.messages.models import PushDevice
from onewindow.modules.signon import selectors as read_signon
from onewindow.modules.signon import services as signon
from onewindow.plumbing import approvals, files
from onewindow.plumbing.actors import Actor
from tests.cases.conftest import found_town, prepare, task
from tests.cases.town import FIRE, MARKET, RESIDENT_ID, TYPED, USCC, WINDOW
from tests.matrix import parts
from tests.matrix.data import Data
from tests.matrix.data import build as build_data
from tests.matrix.people import BY_ROLE, CLERK, EVERYBODY, HERE, OTHER, OWNER, Profile, move_in

CANARIES = ("老灶台甲", "老灶台乙")
"""The trading names: whoever reads one of them on a page has seen the case or the draft of that owner."""


@dataclass(frozen=True, slots=True)
class Things:
    """What belongs to one owner."""

    owner: UUID
    canary: str
    draft: UUID
    upload: UUID
    fresh: UUID
    """Just filed; fire has sent a notice."""
    running: UUID
    """Accepted, registered, inspected: market and fire are to decide."""
    notice: UUID
    attachments: tuple[UUID, UUID]
    """The document of the fresh case, and of the running one; market requires it, fire does not."""
    token: UUID
    output: UUID
    """Issued in the running case by market, whose supervisor has proposed to withdraw it."""
    revocation: UUID
    part: UUID
    """Of the other citizen in the draft."""
    evaluation: UUID
    """Of what market decided in the running case, and a bad one."""
    decision: UUID
    """As if the machine had decided it for market, and chance had drawn it."""

    def task(self, name: str, *, fresh: bool = False) -> UUID:
        return task(models.Case(pk=self.fresh if fresh else self.running), name).pk


@dataclass(frozen=True, slots=True)
class World:
    things: tuple[Things, Things]
    """Of the applicant, and of the officer."""
    edit: UUID
    """A draft of a catalogue object, of somebody from the reform office."""
    synonyms: UUID
    """Words that mean the same, of the same person."""
    editor: Profile
    post: int
    """Of an officer of market; the administrator of market wants to make them a supervisor, and they are on leave."""
    rise: UUID
    leave: UUID
    system: "Registered"
    """Of market, and the applicant is logged in to it."""
    staff_system: "Registered"
    staff_key: UUID
    """Of market."""
    proposed_system: UUID
    """By the administrator of market."""
    disputed: UUID
    """A draft of the applicant's, in which a value of the city's register is said to be wrong."""
    correction: UUID
    answer: UUID
    """What a register told the applicant about themselves."""
    interface: UUID
    """Being connected by the supervisor of market."""
    data: Data
    template: UUID
    """Of market, kept by its supervisor."""
    browser: UUID
    """In which the applicant is told of news."""
    export: UUID
    """Of the officer of market, ready to be taken along."""
    filter: UUID
    """Of the queue of an officer of market."""
    invitation: UUID
    """To the draft of the applicant, which nobody has taken."""
    now: datetime


WORDS = {kind: dict.fromkeys(("zh", "en", "ru"), kind) for kind in ("text", "law")}
"""A ready text, in every language."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A department's system."""

    id: str

    def asks(self) -> dict[str, str]:
        pkce = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
        return {"client_id": self.id, "redirect_uri": "https://x.example/", "response_type": "code", "scope": "openid", **pkce}


def build(now: datetime, editor: Profile) -> World:
    found_town(now)
    move_in(EVERYBODY, now)
    Person.objects.create(user_id=CLERK.actor.id, facts={"full-name": "钱进", "resident-id": RESIDENT_ID, "phone": "13800000009"})
    own = tuple(_things(profile.actor, canary, now) for profile, canary in zip((OWNER, CLERK), CANARIES, strict=True))
    document = {"id": "matrix", "name": {"zh": "草稿丙"}}
    edit = catalogue.save_draft(kind="element", document=document, actor=editor.actor, now=now)
    synonyms = catalogue.save_synonyms(words=["甲", "乙"], actor=editor.actor, now=now)
    models.Case.objects.update(region=HERE)
    Evaluation.objects.update(region=HERE)
    target = Post.objects.get(user_id=BY_ROLE["officer", "market"].id).pk
    rise = identity.give_roles(post_id=target, roles=["officer", "supervisor"], actor=BY_ROLE["admin", "market"].actor, now=now)
    assert rise is not None
    systems = _systems(now)
    said = exchange.Disputed("property-register", "address", "x", {"property-number": "P-1"}, "x")
    correction = exchange.raise_correction(disputed=said, matter=own[0].draft, person=own[0].owner, actor=OWNER.actor, now=now)
    assert correction is not None
    said_and_told = own[0].draft, correction, _answer(own[0].owner, now)
    kept = _interface(now), build_data(now), _template(now), _browser(now), _export(now), _filter(now)
    leave, made = Leave.objects.get().pk, (*systems, *said_and_told, *kept)
    link = parts.take_part(own[0].draft, now, person=None, secret=parts.SECRET)
    return World((own[0], own[1]), edit.id, synonyms, editor, target, rise, leave, *made, link, now)


def _answer(person: UUID, now: datetime) -> UUID:
    texts = {key: {"zh": "x"} for key in ("name", "about", "none")}
    document = {**texts, "resource": "property-register", "key": "property-number", "fields": ["address"]}
    Enquiry.objects.create(id="matrix", place=1, document=document, changed_at=now)
    told = {"values": {"address": CANARIES[0]}, "holder": CANARIES[0], "key": "x"}
    row = EnquiryAnswer.objects.create(
        person=person, enquiry="matrix", resource="property-register", release=1, found=True, told=told, obtained_at=now
    )
    return row.pk


def _browser(now: datetime) -> UUID:
    return PushDevice.objects.create(user=OWNER.id, endpoint="https://push.example.org/y", name="x", subscribed_at=now).pk


def _template(now: datetime) -> UUID:
    return services.save_template(use="refuse", service="", **WORDS, actor=BY_ROLE["supervisor", "market"].actor, now=now)


def _export(now: datetime) -> UUID:
    owner = BY_ROLE["officer", "market"].actor
    found = services.ask_export(filter=selectors.InboxFilter(), actor=owner, now=now)
    file = files.keep(files.Examined(b"table", "x.xlsx", "application/octet-stream", ""), owner=owner, now=now)
    models.QueueExport.objects.filter(pk=found).update(state="ready", file=file.id)
    return found


def _filter(now: datetime) -> UUID:
    """Keep a filter; and let every step be taken by somebody who has left, so that whoever may can put it back."""
    models.Task.objects.update(assigned_to=UUID(int=9))
    return services.keep_filter(name="x", query={"only": "late"}, actor=BY_ROLE["officer", "market"].actor, now=now)


def _interface(now: datetime) -> UUID:
    author = BY_ROLE["supervisor", "market"].actor.id
    return InterfaceDraft.objects.create(author=author, organisation="market", title="x", operations=[], updated_at=now).pk


def _systems(now: datetime) -> tuple[Registered, Registered, UUID, UUID]:
    form = signon.SystemForm(name={"zh": "x"}, organisation="market", redirect_uris=["https://x.example/"])
    operator, admin = Actor.system("matrix"), BY_ROLE["admin", "market"].actor
    open_one = Registered(signon.register_system(form=form, actor=operator, now=now))
    staffs = Registered(signon.register_system(form=replace(form, audience="staff"), actor=operator, now=now))
    asked = {name: [value] for name, value in open_one.asks().items()}
    signon.begin_login(parameters=asked, session="x", proved_at=now, methods=(), agreed=True, actor=OWNER.actor, now=now)
    waits = signon.register_system(form=form, actor=admin, now=now)
    signon.make_staff_key(name="x", actor=admin, now=now)
    key = read_signon.staff_keys(actor=admin)[0].id
    return open_one, staffs, key, approvals.open_of(kind="signon.register", subjects=[waits])[0].id


def _things(actor: Actor, canary: str, now: datetime) -> Things:
    typed = {**TYPED, "trade-name": canary}
    draft = prepare(now, actor=actor, typed=typed)
    fresh, running = (_filed(actor, typed, now) for _ in range(2))
    notice = services.request_correction(
        task_id=task(fresh, "fire.accept").pk,
        items=[{"kind": "element", "id": "seats", "sentence": "请核对。"}],
        due_days=5,
        actor=FIRE,
        now=now,
    )
    services.accept_all(case_id=running.pk, actor=WINDOW, now=now)
    register = task(running, "registration.register").pk
    code = USCC if actor.id == OWNER.id else "91350211M000100Y1W"
    services.decide(task_id=register, outcome="approve", output_values={"uscc": code}, actor=MARKET, now=now)
    for name, officer in (("food.inspect", MARKET), ("fire.inspect", FIRE)):
        services.complete_step(task_id=task(running, name).pk, finding={"outcome": "pass", "text": "合格"}, actor=officer, now=now)
    identity.create_token(name="matrix", actor=actor, now=now)
    output = models.Output.objects.get(case=running)
    grounds = {"sentence": "予以撤销。", "reason": "材料不实", "legal_basis": "行政许可法第69条"}
    revocation = services.revoke_output(output_id=output.pk, **grounds, actor=BY_ROLE["supervisor", "market"].actor, now=now)
    services.add_note(task_id=task(running, "food.decide").pk, text=canary, actor=MARKET, now=now)
    selectors.case_page(case_id=running.pk, actor=MARKET, now=now)  # for the list of who looked
    judged = {"case_id": running.pk, "node": "decision", "subject": "registration", "level": 1}
    bad = evaluation.evaluate(**judged, actor=actor, now=now)
    by_machine = models.MachineDecision.objects.create(
        case=running, service="registration", organisation="market", ground="proven", decided_at=now, rate=1, due_date=now.date()
    )
    attachments = tuple(models.Attachment.objects.get(case=case).pk for case in (fresh, running))
    return Things(
        owner=actor.id or uuid4(),
        canary=canary,
        draft=draft,
        upload=models.Upload.objects.get(draft=draft).pk,
        fresh=fresh.pk,
        running=running.pk,
        notice=notice.id,
        attachments=(attachments[0], attachments[1]),
        output=output.pk,
        revocation=revocation,
        evaluation=bad.id,
        decision=by_machine.pk,
        part=parts.take_part(draft, now, person=OTHER.id),
        token=ApiToken.objects.get(user_id=actor.id).pk,
    )


def _filed(actor: Actor, typed: dict[str, object], now: datetime) -> models.Case:
    draft = prepare(now, actor=actor, typed=typed)
    filed = services.file_case(draft_id=draft, idempotency_key=str(uuid4()), declared=True, actor=actor, now=now)
    return models.Case.objects.get(pk=filed.case_id)
