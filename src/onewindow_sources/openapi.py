"""The interfaces of the registers as OpenAPI 3.1, derived from how they answer."""

from collections.abc import Mapping
from typing import Any

from onewindow_sources.registers import Register


def describe(registers: Mapping[str, Register]) -> dict[str, Any]:
    """Return the document for all registers."""
    paths: dict[str, Any] = {}
    for register in registers.values():
        paths.setdefault(register.path, {})[register.method.lower()] = _operation(register)
    schemes = {name: {"type": "apiKey", "in": "header", "name": register.key_header} for name, register in registers.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Registers of other authorities, played for the demo city", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


def _operation(register: Register) -> dict[str, Any]:
    sample = register.show(register.records[0]) if register.records else {}
    operation: dict[str, Any] = {
        "operationId": register.id,
        "summary": register.title,
        "security": [{register.id: []}],
        "parameters": [
            {"name": key.name, "in": key.place, "required": True, "schema": {"type": "string"}}
            for key in register.keys
            if key.place in ("path", "query")
        ],
        "responses": {
            "200": {"description": "The record.", "content": {"application/json": {"schema": _schema(sample)}}},
            "400": {"description": "The key is missing, or the body is not JSON."},
            "401": {"description": f"The header {register.key_header} is missing or wrong."},
            "404": {"description": "No such record.", "content": {"application/json": {"schema": _schema(register.not_found)}}},
        },
    }
    if body := [key for key in register.keys if key.place == "body"]:
        schema: dict[str, Any] = {"type": "object", "required": [], "properties": {}}
        for key in body:
            _nest(schema, key.name.split("."))
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _nest(schema: dict[str, Any], path: list[str]) -> None:
    name, *rest = path
    if name not in schema["required"]:
        schema["required"].append(name)
    if not rest:
        schema["properties"][name] = {"type": "string"}
        return
    _nest(schema["properties"].setdefault(name, {"type": "object", "required": [], "properties": {}}), rest)


def _schema(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {"type": "object", "required": list(value), "properties": {key: _schema(child) for key, child in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": _schema(value[0]) if value else {}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    return {"type": "string"} if isinstance(value, str) else {}
