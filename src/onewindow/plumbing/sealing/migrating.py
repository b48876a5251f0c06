"""A step of migrations that seals columns of rows that are there already, and opens them again on the way back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import migrations, models

from onewindow.plumbing.sealing import texts
from onewindow.plumbing.sealing.fields import SealedField, SealedText

_AT_ONCE = 500


class Seal(migrations.operations.base.Operation):
    """Turn plain JSON and text columns of one model into sealed ones."""

    def __init__(self, model_name: str, fields: Mapping[str, SealedField]) -> None:
        self.model_name = model_name
        self.fields = dict(fields)

    def state_forwards(self, app_label: str, state: Any) -> None:
        for name, field in self.fields.items():
            state.alter_field(app_label, self.model_name.lower(), name, field, preserve_default=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not self.allow_migrate_model(schema_editor.connection.alias, to_state.apps.get_model(app_label, self.model_name)):
            return
        before, after = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        for name in self.fields:
            _alter(schema_editor, after, before._meta.get_field(name), after._meta.get_field(name), "convert_to({column}::text, 'UTF8')")
        _rewrite(schema_editor.connection, after, tuple(self.fields), opening=False)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not self.allow_migrate_model(schema_editor.connection.alias, to_state.apps.get_model(app_label, self.model_name)):
            return
        sealed, plain = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        _rewrite(schema_editor.connection, sealed, tuple(self.fields), opening=True)
        for name in reversed(self.fields):
            _alter(
                schema_editor, plain, sealed._meta.get_field(name), plain._meta.get_field(name), "convert_from({column}, 'UTF8')::{type}"
            )

    def describe(self) -> str:
        return f"Seal {', '.join(self.fields)} of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"seal_{self.model_name.lower()}"


class SealTexts(migrations.RunPython):
    """Bring the sealed texts of a column from the installation's secret key to the data keys, and back."""

    def __init__(self, model: str, name: str, purpose: str) -> None:
        column = texts.Column(model, name, purpose)
        super().__init__(partial(_turn, column, back=False), partial(_turn, column, back=True))
        self._given = (model, name, purpose)

    def deconstruct(self) -> Any:
        return self.__class__.__name__, list(self._given), {}


def _turn(column: texts.Column, found: Any, schema_editor: Any, *, back: bool) -> None:
    del schema_editor
    texts.turn_all(found.get_model(column.model), column, back=back)


def _alter(schema_editor: Any, model: type[models.Model], old: Any, new: Any, using: str) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.alter_field(model, old, new)  # a column there takes values of any type
        return
    table, column = (schema_editor.quote_name(name) for name in (model._meta.db_table, new.column))
    kind = new.db_type(schema_editor.connection)
    value = using.format(column=column, type=kind)
    schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} USING {value}")


def _rewrite(connection: Any, model: type[models.Model], names: Sequence[str], *, opening: bool) -> None:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(key.column)} = %s"  # noqa: S608  (names of our own tables)
    turned = _opened if opening else _closed
    for rows in _batches(model, fields):
        changed = [
            [*(turned(connection, field, row) for field in fields), key.get_db_prep_value(row[key.attname], connection)] for row in rows
        ]
        with connection.cursor() as cursor:
            cursor.executemany(statement, changed)


def _batches(model: type[models.Model], fields: Sequence[Any]) -> Iterator[list[dict[str, Any]]]:
    key = model._meta.pk.attname
    wanted = {key, *(name for field in fields for name in field.bound), *(field.attname for field in fields)}
    found = model._default_manager.order_by(key).values(*wanted)
    rows = list(found[:_AT_ONCE])
    while rows:
        yield rows
        rows = list(found.filter(**{f"{key}__gt": rows[-1][key]})[:_AT_ONCE])


def _closed(connection: Any, field: SealedField, row: Mapping[str, Any]) -> Any:
    kept = row[field.attname]
    if kept is None:
        return None
    text = kept if isinstance(kept, str) else bytes(kept).decode()
    value = text if isinstance(field, SealedText) else json.loads(text)
    return field.get_db_prep_value(field.closed(value, [row[name] for name in field.bound]), connection)


def _opened(connection: Any, field: SealedField, row: Mapping[str, Any]) -> Any:
    kept = row[field.attname]
    if kept is None:
        return None
    value = field.opened(bytes(kept), [row[name] for name in field.bound])
    text = value if isinstance(field, SealedText) else json.dumps(value)
    return text if connection.vendor == "sqlite" else connection.Database.Binary(text.encode())
