"""Checks a value against a JSON Schema, as far as our own go. A keyword it does not know is refused."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

_TYPES: Final[dict[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "null": lambda value: value is None,
}
_CHECKS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "type": lambda value, kinds: any(
        _TYPES[kind](value) for kind in ([kinds] if isinstance(kinds, str) else kinds)
    ),
    "const": lambda value, wanted: bool(value == wanted),
    "enum": lambda value, wanted: value in wanted,
    "minimum": lambda value, least: type(value) not in (int, float) or value >= least,
    "maximum": lambda value, most: type(value) not in (int, float) or value <= most,
    "minItems": lambda value, least: not isinstance(value, list) or len(value) >= least,
    "uniqueItems": lambda value, _: not isinstance(value, list) or len(set(map(str, value))) == len(value),
    "pattern": lambda value, pattern: not isinstance(value, str) or bool(re.search(pattern, value)),
    "required": lambda value, names: not isinstance(value, dict) or set(names) <= value.keys(),
}
_ABOUT: Final = {"$schema", "$defs", "title", "description", "format"}
Schema = dict[str, Any]


def faults(value: Any, schema: Schema) -> list[str]:
    """Everything in the value that the schema does not allow, each with where it stands."""
    return list(_faults(value, schema, schema, "$"))


def _faults(value: Any, schema: Schema, whole: Schema, place: str) -> Iterator[str]:
    for keyword, wanted in schema.items():
        if keyword in _CHECKS and not _CHECKS[keyword](value, wanted):
            yield f"{place}: {value!r} does not fit {keyword} {wanted!r}"
        elif keyword in _PARTS:
            for part, its_schema, its_place in _PARTS[keyword](value, wanted, whole):
                yield from _faults(part, its_schema, whole, place + its_place)
        elif keyword == "anyOf":
            if all(list(_faults(value, each, whole, place)) for each in wanted):
                yield f"{place}: {value!r} fits none of {wanted}"
        elif keyword == "additionalProperties":
            yield from (f"{place}: {name} is not known" for name in _unknown(value, schema))
        else:
            assert keyword in _ABOUT or keyword in _CHECKS, f"{keyword} is not checked here"


def _unknown(value: Any, schema: Schema) -> Iterator[str]:
    assert schema["additionalProperties"] is False
    if isinstance(value, dict):
        yield from value.keys() - schema["properties"].keys()


Part = tuple[Any, Schema, str]


def _referred(value: Any, name: str, whole: Schema) -> Iterator[Part]:
    yield value, whole["$defs"][name.removeprefix("#/$defs/")], ""


def _items(value: Any, schema: Schema, _whole: Schema) -> Iterator[Part]:
    if isinstance(value, list):
        yield from ((item, schema, f"[{number}]") for number, item in enumerate(value))


def _members(value: Any, schemas: dict[str, Schema], _whole: Schema) -> Iterator[Part]:
    if isinstance(value, dict):
        yield from ((value[name], schemas[name], f".{name}") for name in schemas.keys() & value)


_PARTS: Final[dict[str, Callable[[Any, Any, Schema], Iterator[Part]]]] = {
    "$ref": _referred,
    "items": _items,
    "properties": _members,
}
