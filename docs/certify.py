#!/usr/bin/env python3
"""Check a certificate of OneWindow: is the form really a minimum key?

    onewindow bundle certify EVENT > certificate.json
    python docs/certify.py certificate.json

Needs Python 3.10 and nothing else; shares no code with OneWindow. Exit 0: the proof holds. Exit 1: it does not, and a sentence says why.

What is checked, each from the certificate's own statements (known elements, resources, needs, askable elements with their effort):
1. The form closes every service: from what is known, the form and the outputs a service waits for, its needs follow.
2. Every cut is valid: its closed set holds what the service has without the form, is closed under the resources, and lacks
   a need; so every form must hold one of the askable elements outside it, and these are exactly the elements of the cut.
3. No set that meets all cuts costs less than the form: least effort, then fewest elements, then fewest that no question names.
   A branch and bound of our own looks for one, in exact fractions.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

FORMAT = "onewindow-certificate/1"

Cost = tuple[Fraction, Fraction, Fraction]
zero: Cost = (Fraction(0), Fraction(0), Fraction(0))


class NotProven(Exception):
    """The proof does not hold; the message says why."""


def closure(known: Iterable[str], resources: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return everything that follows from what is known."""
    known = set(known)
    grown = True
    while grown:
        grown = False
        for resource in resources:
            if set(resource["keyed_by"]) <= known and not set(resource["gives"]) <= known:
                known |= set(resource["gives"])
                grown = True
    return known


def check(certificate: Any) -> str:
    """Return a sentence that says what was proven.

    Raises: NotProven.
    """
    try:
        return _check(certificate)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotProven(f"The certificate is not of the format {FORMAT}: {error!r}.") from None


def _check(certificate: Any) -> str:
    if certificate["format"] != FORMAT:
        raise NotProven(f"The format is {certificate['format']!r}, not {FORMAT}.")
    cost: dict[str, Cost] = {}
    for element in certificate["askable"]:
        effort = Fraction(str(element["effort"]))
        if effort < 1:
            raise NotProven(f"The effort of {element['id']} is below 1.")
        cost[element["id"]] = (effort, Fraction(1), Fraction(0 if element["named"] else 1))
    if len(cost) != len(certificate["askable"]):
        raise NotProven("An askable element is listed twice.")
    form = set(certificate["form"])
    if len(form) != len(certificate["form"]) or not form <= set(cost):
        raise NotProven("The form holds an element twice, or one that is not askable.")
    check_form(certificate, form)
    services = {service["id"]: service for service in certificate["services"]}
    cuts = [check_cut(certificate, services, number, cut, set(cost)) for number, cut in enumerate(certificate["cuts"], 1)]
    spent = total(form, cost)
    stated = certificate["costs"]
    if spent != (Fraction(str(stated["effort"])), stated["elements"], stated["unnamed"]):
        raise NotProven("The stated costs are not those of the form.")
    better = cheaper(cuts, cost, spent)
    if better is not None:
        raise NotProven(f"The cuts do not prove it: {sorted(better)} meets all of them and costs less than the form.")
    if certificate["minimal"] is not True:
        raise NotProven("The certificate does not claim a minimum.")
    return (
        f"Proven: {certificate['event']} needs a form of {len(form)} elements (effort {spent[0]}); "
        f"{len(cuts)} cuts show that no other form is lighter."
    )


def check_form(certificate: Any, form: set[str]) -> None:
    for service in certificate["services"]:
        start = set(certificate["known"]) | form | set(service["receives"])
        lacking = set(service["needs"]) - closure(start, certificate["resources"])
        if lacking:
            raise NotProven(f"The form does not close {service['id']}: {sorted(lacking)} is missing.")


def check_cut(certificate: Any, services: Mapping[str, Any], number: int, cut: Any, askable: set[str]) -> frozenset[str]:
    """Return the elements of a cut after showing that every form must hold one of them."""
    if cut["service"] not in services:
        raise NotProven(f"Cut {number} names the unknown service {cut['service']}.")
    service = services[cut["service"]]
    closed = set(cut["closed"])
    if not (set(certificate["known"]) | set(service["receives"])) <= closed:
        raise NotProven(f"The closed set of cut {number} lacks something that {service['id']} has anyway.")
    if closure(closed, certificate["resources"]) != closed:
        raise NotProven(f"The set of cut {number} is not closed under the resources.")
    if set(service["needs"]) <= closed:
        raise NotProven(f"The closed set of cut {number} lacks nothing that {service['id']} needs.")
    if set(cut["elements"]) != askable - closed:
        raise NotProven(f"The elements of cut {number} are not the askable ones outside its closed set.")
    return frozenset(cut["elements"])


def total(elements: Iterable[str], cost: Mapping[str, Cost]) -> Cost:
    """Return what a set costs, compared in this order: effort, number, number without a question."""
    spent = zero
    for element in elements:
        spent = add(spent, cost[element])
    return spent


def cheaper(cuts: Sequence[frozenset[str]], cost: Mapping[str, Cost], limit: Cost) -> set[str] | None:
    """Return a set that meets all cuts and costs less than the limit, or None: branch and bound, exact."""
    least = [cut for cut in set(cuts) if not any(other < cut for other in cuts)]
    nothing: frozenset[str] = frozenset()
    stack = [(least, nothing, nothing)]
    while stack:
        waiting, chosen, barred = stack.pop()
        left = [cut - barred for cut in waiting if not cut & chosen]
        spent = total(chosen, cost)
        if not left:
            if spent < limit:
                return set(chosen)
            continue
        left.sort(key=lambda cut: (len(cut), sorted(cut)))
        if not left[0] or add(spent, bound(left, cost)) >= limit:
            continue
        branches = []
        for element in sorted(left[0], key=lambda element: (cost[element], element)):
            branches.append((left, chosen | {element}, barred))
            barred = barred | {element}
        stack.extend(reversed(branches))
    return None


def add(left: Cost, right: Cost) -> Cost:
    return (left[0] + right[0], left[1] + right[1], left[2] + right[2])


def bound(cuts: Iterable[frozenset[str]], cost: Mapping[str, Cost]) -> Cost:
    """Return what any set that meets the cuts must cost: each cut charges its elements as much as all of them can still bear."""
    left: dict[str, Cost] = {}
    least = zero
    for cut in cuts:
        rest = [left.get(element, cost[element]) for element in cut]
        charge = min(rest)
        if charge > zero:
            least = add(least, charge)
            for element in cut:
                rest_of = left.get(element, cost[element])
                left[element] = (rest_of[0] - charge[0], rest_of[1] - charge[1], rest_of[2] - charge[2])
    return least


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("Usage: python certify.py certificate.json", file=sys.stderr)
        return 2
    try:
        print(check(json.loads(Path(arguments[0]).read_text(encoding="utf-8"))))
    except NotProven as error:
        print(f"Not proven. {error}", file=sys.stderr)
        return 1
    except (OSError, ValueError, RecursionError) as error:
        print(f"The certificate cannot be read: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
