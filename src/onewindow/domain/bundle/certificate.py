"""The proof that the form is a minimum, for anyone to check without us: docs/certify.py, standard library alone."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from onewindow.domain.bundle.compile import plan_for
from onewindow.domain.bundle.hitting import least
from onewindow.domain.bundle.key import Cut, weights_of
from onewindow.domain.bundle.plan import Plan
from onewindow.domain.bundle.universe import bits_of
from onewindow.domain.catalogue.model import Catalogue

FORMAT = "onewindow-certificate/1"


def certify_bundle(
    catalogue: Catalogue, event_id: str, *, answers: Mapping[str, object] | None = None, held: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the certificate of an event's form: what is known, what is needed, the resources, the form and the cuts that prove it.

    Elements from which nothing needed can be reached are left out: they can neither help nor hinder.
    Raises: BundleRefused, ConditionWrong.  Source: docs/catalogue-format.md#certificate
    """
    held = tuple(held)
    plan = plan_for(catalogue, event_id, answers=answers, held=held)
    return certificate_of(plan, answers=answers or {})


def certificate_of(plan: Plan, *, answers: Mapping[str, object]) -> dict[str, Any]:
    """Write the certificate of a plan."""
    matter, key = plan.matter, plan.key
    universe = matter.universe
    relevant = key.chosen
    for need in key.needs:
        relevant |= need.needs
    for keys, gives in key.rules:
        relevant |= keys | gives
    askable = matter.askable & relevant
    rules = set(key.rules)
    named = universe.named
    return {
        "format": FORMAT,
        "event": matter.event.id,
        "answers": dict(answers),
        "held": list(matter.held),
        "minimal": key.minimal,
        "askable": [
            {"id": name, "effort": _plain(universe.element(name).effort), "named": bool(matter.named >> universe.bit(name) & 1)}
            for name in named(askable)
        ],
        "known": list(named(matter.known & relevant)),
        "resources": [
            {"id": one.id, "keyed_by": list(named(one.keys)), "gives": list(named(one.gives))}
            for one in matter.instances.values()
            if (one.keys, one.gives) in rules
        ],
        "services": [
            {
                "id": matter.event.services[need.service],
                "needs": list(named(need.needs)),
                "receives": list(named(key.outputs[need.service] & relevant)),
            }
            for need in key.needs
        ],
        "form": list(named(key.chosen)),
        "costs": costs_of(plan),
        "cuts": [_cut(plan, cut, relevant, askable) for cut in _sufficient(plan, askable)],
    }


def costs_of(plan: Plan) -> dict[str, Any]:
    """Return what is minimised, in this order: effort, number of elements, number of those that no question names."""
    universe, chosen = plan.matter.universe, plan.key.chosen
    effort = sum((universe.effort(index) for index in bits_of(chosen)), start=Fraction(0))
    return {
        "effort": _plain(float(effort)),
        "elements": chosen.bit_count(),
        "unnamed": (chosen & ~plan.matter.named).bit_count(),
    }


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _cut(plan: Plan, cut: Cut, relevant: int, askable: int) -> dict[str, Any]:
    named = plan.matter.universe.named
    return {
        "service": plan.matter.event.services[cut.service],
        "elements": list(named(cut.elements & askable)),
        "closed": list(named(cut.closed & relevant)),
    }


def _sufficient(plan: Plan, askable: int) -> list[Cut]:
    """Return few of the cuts that still prove the minimum: those not implied by others, thinned while the proof holds."""
    weights = weights_of(plan.matter.universe, askable, plan.matter.named)
    goal = weights.of(plan.key.chosen)
    cuts: list[Cut] = []
    for cut in sorted(plan.key.cuts, key=lambda cut: cut.elements.bit_count()):
        if not any(other.elements & cut.elements == other.elements for other in cuts):
            cuts.append(cut)
    if len(cuts) <= 60:
        for cut in reversed(list(cuts)):
            rest = [other for other in cuts if other is not cut]
            if weights.of(least((other.elements for other in rest), weights).chosen) == goal:
                cuts = rest
    return cuts
