"""The report as a person at a terminal reads it."""

from collections.abc import Iterator

from onewindow.cli.layout import table
from onewindow.cli.words import word
from onewindow.domain.bundle.report import Counts, Report
from onewindow.domain.catalogue.model import Catalogue, Text

_LEFT = 99


class Names:
    """The names of a catalogue's objects in one language; where there is none, the id."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self.catalogue, self.language = catalogue, language

    def text(self, name: Text | None, fallback: str) -> str:
        if not name:
            return fallback
        return name.get(self.language) or next((name[key] for key in ("zh", "en", "ru") if name.get(key)), fallback)

    def service(self, key: str) -> str:
        found = self.catalogue.services.get(key)
        return self.text(found.name if found else None, key)

    def event(self, key: str) -> str:
        found = self.catalogue.events.get(key)
        return self.text(found.name if found else None, key)

    def organisation(self, key: str) -> str:
        found = self.catalogue.organisations.get(key)
        return self.text(found.name if found else None, key)

    def resource(self, key: str) -> str:
        found = self.catalogue.resources.get(key)
        return self.text(found.name if found else None, key)

    def element(self, key: str) -> str:
        role, dot, plain = key.rpartition(".")
        found = self.catalogue.elements.get(plain)
        name = self.text(found.name if found else None, plain)
        return f"{name} ({role})" if dot else name

    def evidence_type(self, key: str) -> str:
        role, dot, plain = key.rpartition(".")
        found = self.catalogue.evidence_types.get(plain)
        name = self.text(found.name if found else None, plain)
        return f"{name} ({role})" if dot else name

    def step(self, key: str) -> str:
        service, _, step = key.partition(".")
        found = self.catalogue.services.get(service)
        name = next((self.text(part.name, step) for part in found.steps if part.id == step), step) if found else step
        return f"{self.service(service)}: {name}"

    def question(self, event: str, key: str) -> str:
        plain = key.removeprefix("answer.")
        found = self.catalogue.events.get(event)
        for question in found.questions if found else ():
            if plain in {question.id, question.element}:
                return self.text(question.name, key)
        return self.element(key)

    def source(self, kind: str, key: str) -> str:
        """Return where a value or a piece of evidence comes from, in words."""
        by = {
            "resource": self.resource,
            "produced": self.service,
            "same-form": self.service,
            "held": self.evidence_type,
        }.get(kind)
        label = word(kind, self.language)
        return f"{label}: {by(key)}" if by and key else label


def lines(report: Report, catalogue: Catalogue, language: str) -> Iterator[str]:
    """Give the report line by line."""
    names = Names(catalogue, language)

    def title(key: str, note: str = "") -> str:
        return f"\n{word(key, language)}{note}"

    yield names.event(report.event)
    yield ""
    yield from _counts(report, language)
    yield ""
    off = report.after.days_parallel - (report.after.days or 0)
    yield "  " + word("days_note", language).format(parallel=number(report.after.days_parallel), off=number(off))
    yield "  " + word("minimal" if report.minimal else "not_minimal", language)
    yield title("services")
    yield from (f"  {names.service(key)} — {names.organisation(catalogue.services[key].organisation)}" for key in report.services)
    yield title("form")
    fields = [f"  {names.element(field.element)}  [{', '.join(names.service(key) for key in field.asked_by)}]" for field in report.form]
    yield from fields or [f"  {word('empty_form', language)}"]
    yield from _sources(report, names, title("filled"))
    yield from _evidence(report, names, title("evidence"))
    yield title("process", f"  ({word('critical', language)})")
    yield from _process(report, names)
    yield from _bill(report, names, title("fees"))
    for key, rows in (
        ("not_joined", [names.step(step) for step in report.not_joined]),
        ("open", [names.question(report.event, question) for question in report.open_questions]),
        ("consents", [names.resource(resource) for resource in report.consents]),
    ):
        if rows:
            yield title(key)
            yield from (f"  {row}" for row in rows)


def number(value: float | None) -> str:
    """Return a count as people write it; nothing known is a dash.

    >>> number(3.0), number(2.5), number(None)
    ('3', '2.5', '–')
    """
    return "–" if value is None else f"{value:g}"


def _counts(report: Report, language: str) -> list[str]:
    rows = [["", word("before", language), word("alone", language), word("after", language)]]
    for key in ("elements", "questions", "documents", "steps", "visits", "acts", "days"):
        columns: tuple[Counts | None, ...] = (report.before, report.alone, report.after)
        rows.append([word(key, language), *(number(getattr(column, key, None)) for column in columns)])
    return table(rows)


def _sources(report: Report, names: Names, title: str) -> Iterator[str]:
    grouped: dict[str, list[str]] = {}
    for row in report.filled:
        source = names.source(row.source["kind"], row.source.get("id", ""))
        found = grouped.setdefault(source, [])
        if names.element(row.element) not in found:
            found.append(names.element(row.element))
    if grouped:
        yield title
        yield from (f"  {source} — {', '.join(elements)}" for source, elements in grouped.items())


def _evidence(report: Report, names: Names, title: str) -> Iterator[str]:
    rows = []
    for way in report.evidence:
        service = names.catalogue.services.get(way.service)
        requirement = next((part for part in service.evidence if part.id == way.requirement), None) if service else None
        label = names.text(requirement.name if requirement else None, way.requirement)
        what = names.evidence_type(way.type) if way.type else label
        rows.append([names.service(way.service), what, names.source(way.way, way.by or "")])
    if rows:
        yield title
        yield from table(rows, right_from=_LEFT)


def _process(report: Report, names: Names) -> Iterator[str]:
    for node in sorted(report.nodes, key=lambda node: node.earliest_day):
        mark = "*" if node.id in report.critical_path else " "
        when = word("from_day", names.language).format(day=number(node.earliest_day))
        limit = word("limit", names.language).format(days=number(node.limit_days))
        yield f"  {mark} {when}, {limit}: {'; '.join(names.step(step) for step in node.steps)}"


def _bill(report: Report, names: Names, title: str) -> Iterator[str]:
    yield title
    if not report.fees:
        yield f"  {word('no_fees', names.language)}"
        return
    rows = []
    for line in report.fees:
        amount = word("assessed", names.language) if line.fen is None else f"¥{line.fen / 100:.2f}"
        rows.append([names.organisation(line.organisation), names.service(line.service), amount + (" ?" if line.open else "")])
    yield from table([*rows, ["", "", f"= ¥{report.fee_fen / 100:.2f}"]], right_from=2)
