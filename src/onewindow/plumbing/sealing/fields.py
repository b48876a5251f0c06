"""Fields whose values are sealed in the database and plain in Python.

The seal binds a value to its table, its column and its row: bytes that are moved elsewhere do not open. Rows are read as objects of
their models; `values` and `values_list` give the sealed bytes, because they do not say of which row.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Lookup

from onewindow.plumbing.sealing import keys

_MARK_BYTES = keys.NUMBER_BYTES + keys.HASH_BYTES


class SealedRow(models.Model):
    """A model with sealed fields: whatever is loaded is opened."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kept: Any) -> Self:
        row = super().from_db(db, field_names, values, **kept)
        held = row.__dict__
        for field in sealed_fields(cls):
            if isinstance(held.get(field.attname), bytes | memoryview):
                held[field.attname] = field.opened(bytes(held[field.attname]), [held[name] for name in field.bound])
        return row


def sealed_fields(model: type[models.Model]) -> tuple["SealedField", ...]:
    """Return the sealed fields of a model."""
    found = model.__dict__.get("_sealed_fields")
    if found is None:
        found = tuple(field for field in model._meta.concrete_fields if isinstance(field, SealedField))
        model._sealed_fields = found  # type: ignore[attr-defined]  # ours, read by renewal
    return found


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # generic in the stubs alone
    """What the sealed fields share. `row` names the attributes that say which row it is, where its key is made by the database."""

    def __init__(self, *args: Any, row: Sequence[str] = (), **kwargs: Any) -> None:
        self.row = tuple(row)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.row:
            kwargs["row"] = self.row
        return name, path, args, kwargs

    @cached_property
    def bound(self) -> tuple[str, ...]:
        """The attributes whose values the seal is bound to."""
        return self.row or (self.model._meta.pk.attname,)

    @cached_property
    def place(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def where(self, row: Sequence[Any]) -> bytes:
        """Return table, column and row as the seal is bound to them."""
        parts = [self.place]
        for name, value in zip(self.bound, row, strict=True):
            if value is None:
                message = f"{self.model.__name__}.{self.attname} is sealed for its {name}: set it before the row is saved."
                raise TypeError(message)
            parts.append(value.bytes if type(value) is UUID else str(value).encode())
        return b"\x1f".join(parts)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002  (Django calls it so)
        held = model_instance.__dict__
        return self.closed(getattr(model_instance, self.attname), [held.get(name) for name in self.bound])

    def closed(self, value: Any, row: Sequence[Any]) -> bytes | None:
        """Return the value as it is kept in the row that these attributes name."""
        if type(value) is bytes:
            return value
        if value is None and self.null:
            return None
        text = self.encoded(value)
        return text if len(text) <= 2 and self.is_empty(text) else self.sealed(text, self.where(row))

    def opened(self, kept: bytes, row: Sequence[Any]) -> Any:
        """Return the value of what is kept in a row. Raises: SealBroken."""
        return self.decoded(kept if self.is_empty(kept) else self.unsealed(kept, self.where(row)))

    def sealed(self, text: bytes, where: bytes) -> bytes:
        return keys.close(text, where)

    def unsealed(self, kept: bytes, where: bytes) -> bytes:
        return keys.open_(kept, where)

    def is_empty(self, kept: bytes) -> bool:
        """Tell whether these bytes stand for nothing; what is empty needs no seal."""
        raise NotImplementedError

    def encoded(self, value: Any) -> bytes:
        raise NotImplementedError

    def decoded(self, text: bytes) -> Any:
        raise NotImplementedError

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, bytes | memoryview):
            if self.is_empty(text := self.encoded(value)):
                return super().get_db_prep_value(text, connection, prepared)
            message = f"{self.model.__name__}.{self.attname} is sealed for its row: load the row, change it and save it."
            raise TypeError(message)
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        found = {"isnull": super().get_lookup("isnull"), "exact": _Same, "iexact": _Same, "in": _Among}.get(lookup_name)
        if found is None:
            message = f"{self.model.__name__}.{self.attname} is sealed: it cannot be searched by “{lookup_name}”."
            raise FieldError(message)
        return found

    def get_transform(self, lookup_name: str) -> Any:  # noqa: ARG002  (Django calls it so)
        return None

    def hashes(self, value: Any) -> list[bytes]:
        """Return what a row that holds this value begins with, under each key that is open."""
        message = f"{self.model.__name__}.{self.attname} is sealed without a hash ({type(value).__name__}): it cannot be searched."
        raise FieldError(message)

    def value_to_string(self, obj: models.Model) -> str:
        message = f"{type(obj).__name__}.{self.attname} is sealed: it is not written into files."
        raise TypeError(message)


class SealedJSON(SealedField):
    """Any value that JSON can hold."""

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: Any, value: Any) -> None: ...

    def is_empty(self, kept: bytes) -> bool:
        return kept in {b"{}", b"[]"}

    def encoded(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decoded(self, text: bytes) -> Any:
        return json.loads(text)


class SealedText(SealedField):
    """A text. With `hashed`, rows are found by the whole of it, through a hash under a key of this column."""

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> str: ...  # type: ignore[override]  # what is read is text, whatever is stored
        def __set__(self, instance: Any, value: Any) -> None: ...

    def __init__(self, *args: Any, hashed: bool = False, **kwargs: Any) -> None:
        self.hashed = hashed
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.hashed:
            kwargs["hashed"] = True
        return name, path, args, kwargs

    def get_default(self) -> Any:
        return "" if not self.null and not self.has_default() else super().get_default()

    def is_empty(self, kept: bytes) -> bool:
        return kept == b""

    def encoded(self, value: Any) -> bytes:
        return str(value).encode()

    def decoded(self, text: bytes) -> Any:
        return text.decode()

    def sealed(self, text: bytes, where: bytes) -> bytes:
        head = keys.ring().newest.mark(self.place, _folded(text.decode())) if self.hashed else b""
        return keys.close(text, where, head)

    def unsealed(self, kept: bytes, where: bytes) -> bytes:
        return keys.open_(kept, where, _MARK_BYTES if self.hashed else keys.NUMBER_BYTES)

    def hashes(self, value: Any) -> list[bytes]:
        if not self.hashed:
            return super().hashes(value)
        text = _folded(str(value))
        return [key.mark(self.place, text) for key in keys.ring().by_prefix.values()]


def _folded(text: str) -> bytes:
    """Return a text as it is compared: whatever its case."""
    return text.lower().encode()


class HashOf(models.Func):
    """The hash that a sealed text begins with, nothing where it is empty: for constraints and look-ups."""

    arity = 1
    output_field: ClassVar[Any] = models.BinaryField()
    _templates: ClassVar[Mapping[str, str]] = {
        "sqlite": "nullif(substr(%(expressions)s, 1, {bytes}), x'')",
        "postgresql": "nullif(substr(%(expressions)s, 1, {bytes}), ''::bytea)",
    }

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # Django passes the template
        template = self._templates[connection.vendor].format(bytes=_MARK_BYTES)
        return super().as_sql(compiler, connection, template=template, **extra)


class _Hashed(Lookup):
    """Finds rows by hash: no sealed value is opened for it."""

    prepare_rhs = False

    def wanted(self) -> list[Any]:
        raise NotImplementedError

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:  # noqa: ARG002  (Django calls it so)
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        field: SealedField = self.lhs.output_field
        filled = [value for value in self.wanted() if value not in (None, "")]
        binary = connection.Database.Binary
        parts: list[str] = []
        given: list[Any] = []
        if len(filled) < len(self.wanted()):
            column, _ = compiler.compile(self.lhs)
            parts.append(f"{column} = %s")
            given.append(binary(b""))
        marks = [mark for value in filled for mark in field.hashes(value)]
        if marks:
            column, _ = compiler.compile(HashOf(self.lhs))
            parts.append(f"{column} IN ({', '.join(['%s'] * len(marks))})")
            given.extend(binary(mark) for mark in marks)
        return f"({' OR '.join(parts)})" if parts else "1 = 0", given


class _Same(_Hashed):
    lookup_name = "exact"

    def wanted(self) -> list[Any]:
        return [self.rhs]


class _Among(_Hashed):
    lookup_name = "in"

    def wanted(self) -> list[Any]:
        return list(self.rhs)
