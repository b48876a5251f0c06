"""Small catalogues for tests of the compiler, written as departments would write them."""

from typing import Any

from onewindow.domain.bundle import Report, compile_bundle
from onewindow.domain.catalogue import build_catalogue
from onewindow.domain.catalogue.model import Catalogue


def service(ident: str, *asks: str, **more: Any) -> dict[str, Any]:
    """A service that accepts and decides, unless it says otherwise."""
    steps = [{"id": "accept", "kind": "acceptance", "limit_days": 1}, {"id": "decide", "kind": "decision", "limit_days": 2}]
    return {"id": ident, "asks": [{"element": name} for name in asks], "steps": steps} | more


def needs(ident: str, *types: str, **more: Any) -> dict[str, Any]:
    return {"id": ident, "any_of": list(types)} | more


def documents(*services: dict[str, Any], event: dict[str, Any] | None = None, **kinds: list[Any]) -> dict[str, list[Any]]:
    """A catalogue of one event `e` over the services; elements and types that are named but not described are plain."""
    rows: dict[str, list[Any]] = {"services": list(services), "elements": [], "evidence_types": [], "resources": [], "parties": []} | kinds
    rows["events"] = [{"id": "e", "services": [one["id"] for one in services]} | (event or {})]
    _describe(rows, "elements", _elements(rows))
    _describe(rows, "evidence_types", {name for one in services for need in one.get("evidence", []) for name in need["any_of"]})
    _describe(rows, "evidence_types", {name for one in services for name in one.get("produces", [])})
    return rows


def catalogue(*services: dict[str, Any], event: dict[str, Any] | None = None, **kinds: list[Any]) -> Catalogue:
    return build_catalogue(documents(*services, event=event, **kinds))


def compiled(
    *services: dict[str, Any], event: dict[str, Any] | None = None, with_: dict[str, Any] | None = None, **kinds: list[Any]
) -> Report:
    return compile_bundle(catalogue(*services, event=event, **kinds), "e", **(with_ or {}))


def form(report: Report) -> list[str]:
    return [field.element for field in report.form]


def ways(report: Report) -> dict[str, tuple[str, str | None, str | None]]:
    return {f"{row.service}.{row.requirement}": (row.way, row.type, row.by) for row in report.evidence}


def _elements(rows: dict[str, list[Any]]) -> set[str]:
    named = {ask["element"] for one in rows["services"] for ask in one.get("asks", [])}
    for kind in ("resources", "parties", "evidence_types"):
        for row in rows[kind]:
            named |= {*row.get("keyed_by", ()), *row.get("gives", ())}
    named |= {question["element"] for question in rows["events"][0].get("questions", []) if question.get("element")}
    return named


def _describe(rows: dict[str, list[Any]], kind: str, names: set[str]) -> None:
    known = {row["id"] for row in rows[kind]}
    rows[kind] = [*rows[kind], *({"id": name} for name in sorted({name.rpartition(".")[2] for name in names} - known))]
