"""Stores made small, and files of made-up rows for them."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from onewindow.modules.exchange import services
from onewindow.modules.exchange.records import stores
from onewindow.modules.exchange.records.refusals import Refusal
from tests.exchange.conftest import NOW, SYSTEM

HOUSES: Mapping[str, Any] = {
    "columns": [
        {"name": "property-number", "key": True},
        {"name": "address", "required": True},
        {"name": "floor-area", "type": "number"},
        {"name": "storeys", "type": "integer"},
        {"name": "heated", "type": "boolean"},
        {"name": "built", "type": "date"},
        {"name": "seen", "type": "moment"},
        {"name": "use", "listed": ["home", "shop"]},
    ],
    "deletion": "gone",
}
PEOPLE: Mapping[str, Any] = {
    "columns": [
        {"name": "resident-id", "key": True, "personal": True, "code": "resident-id"},
        {"name": "full-name", "personal": True, "required": True},
        {"name": "born", "type": "date", "personal": True},
        {"name": "district"},
    ]
}
Row = Sequence[object]


class Shelf:
    """A folder of files, and what loading them said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused: list[tuple[int, str, str]] = []

    def csv(self, header: str, *rows: Row, name: str = "batch.csv") -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(","), *rows])
        return path

    def load(self, file: Path, *, resource: str = "houses", **changes: Any) -> services.Loaded:
        def refuse(refusal: Refusal) -> None:
            self.refused.append((refusal.row, refusal.column, refusal.code))

        self.refused.clear()
        return services.load_records(**{"resource": resource, "file": file, "refuse": refuse, "actor": SYSTEM, "now": NOW, **changes})


@pytest.fixture
def shelf(db: None, tmp_path: Path) -> Iterator[Shelf]:
    for resource, description in {"houses": HOUSES, "people": PEOPLE}.items():
        services.describe_records(resource=resource, description=description, actor=SYSTEM, now=NOW)
    stores.forget_stores()
    yield Shelf(tmp_path)
    stores.forget_stores()


@pytest.fixture
def found() -> Callable[..., Any]:
    return lambda resource, **key: stores.find(stores.store_of(resource), {name.replace("_", "-"): value for name, value in key.items()})
