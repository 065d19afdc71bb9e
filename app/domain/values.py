"""The kinds of value an answer can have: how each is checked, and how it is written out again.

A kind turns a plain value (as JSON or CSV gives it) into the typed value of the domain and back.
`read` raises `ValueError` with one sentence that says what to do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar

from app.domain.codes import NOT_SURE

Code = TypeVar("Code", bound=StrEnum)
NOT_SURE_WORD = NOT_SURE.value


_DECIMAL: Final = re.compile(r"[+-]?\d{1,18}(\.\d{0,18})?([eE][+-]?\d{1,2})?", re.ASCII)


class Kind(Protocol):
    """What every kind of answer offers."""

    @property
    def describes(self) -> str: ...

    def read(self, raw: Any) -> Any: ...

    def read_text(self, text: str) -> Any: ...

    def write(self, value: Any) -> Any: ...


def _number_from_text(text: str) -> int | float | str:
    """A CSV cell as a number, or the cell itself for `read` to refuse or recognise."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


@dataclass(frozen=True)
class WholeNumber:
    """A whole number from `lowest` to `highest`, or not sure."""

    highest: int
    lowest: int = 0

    @property
    def describes(self) -> str:
        return f"whole number {self.lowest} to {self.highest}"

    def read(self, raw: Any) -> Any:
        if raw == NOT_SURE_WORD:
            return NOT_SURE
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if type(raw) is not int or not self.lowest <= raw <= self.highest:
            raise ValueError(f"must be a {self.describes}, or not_sure")
        return raw

    def read_text(self, text: str) -> Any:
        return self.read(_number_from_text(text))

    def write(self, value: Any) -> Any:
        return NOT_SURE_WORD if value is NOT_SURE else value


@dataclass(frozen=True)
class Number:
    """A number from 0 to `highest`, or not sure."""

    highest: int

    @property
    def describes(self) -> str:
        return f"number 0 to {self.highest}"

    def read(self, raw: Any) -> Any:
        if raw == NOT_SURE_WORD:
            return NOT_SURE
        if type(raw) not in (int, float) or not 0 <= raw <= self.highest:
            raise ValueError(f"must be a {self.describes}, or not_sure")  # so is "not a number"
        return int(raw) if float(raw).is_integer() else raw

    def read_text(self, text: str) -> Any:
        return self.read(_number_from_text(text))

    def write(self, value: Any) -> Any:
        return NOT_SURE_WORD if value is NOT_SURE else value


@dataclass(frozen=True)
class OneOfNumbers:
    """One of a few whole numbers, or not sure."""

    allowed: tuple[int, ...]

    @property
    def describes(self) -> str:
        return ", ".join(str(number) for number in self.allowed)

    def read(self, raw: Any) -> Any:
        if raw == NOT_SURE_WORD:
            return NOT_SURE
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if type(raw) is not int or raw not in self.allowed:
            raise ValueError(f"must be one of {self.describes}, or not_sure")
        return raw

    def read_text(self, text: str) -> Any:
        return self.read(_number_from_text(text))

    def write(self, value: Any) -> Any:
        return NOT_SURE_WORD if value is NOT_SURE else value


@dataclass(frozen=True)
class OneCode(Generic[Code]):
    """One code of an enumeration, or not sure."""

    codes: type[Code]

    @property
    def describes(self) -> str:
        return ", ".join(self.codes)

    def read(self, raw: Any) -> Any:
        if raw == NOT_SURE_WORD:
            return NOT_SURE
        try:
            return self.codes(raw)
        except ValueError:
            raise ValueError(f"must be one of {self.describes}, or not_sure") from None

    def read_text(self, text: str) -> Any:
        return self.read(text)

    def write(self, value: Any) -> Any:
        return value.value


@dataclass(frozen=True)
class CodeList(Generic[Code]):
    """Several codes of an enumeration, each once; empty when there is nothing to report."""

    codes: type[Code]

    @property
    def describes(self) -> str:
        return "list of " + ", ".join(self.codes)

    def read(self, raw: Any) -> Any:
        if raw == NOT_SURE_WORD:
            return NOT_SURE
        if not isinstance(raw, list):
            raise ValueError(f"must be a {self.describes}; [] when there is nothing to report")
        try:
            return tuple(dict.fromkeys(self.codes(item) for item in raw))
        except (ValueError, TypeError):
            raise ValueError(f"must be a {self.describes}") from None

    def read_text(self, text: str) -> Any:
        return self.read(text if text == NOT_SURE_WORD else list_from_cell(text))

    def write(self, value: Any) -> Any:
        return NOT_SURE_WORD if value is NOT_SURE else [code.value for code in value]


def list_from_cell(text: str) -> list[str]:
    """The items of a CSV cell: separated by `;`, or `none` for an empty list."""
    if text == "none":
        return []
    items = [item.strip() for item in text.removesuffix(";").split(";")]
    if "" in items:
        raise ValueError("has an empty item; write none for an empty list")
    return items


@dataclass(frozen=True)
class ListOf:
    """Several values of one shape, read and written by the functions given."""

    describes: str
    read_item: Callable[[Any], Any]
    read_item_text: Callable[[str], Any]
    write_item: Callable[[Any], Any]

    def read(self, raw: Any) -> Any:
        if raw == NOT_SURE_WORD:
            return NOT_SURE
        if not isinstance(raw, list):
            raise ValueError(f"must be a {self.describes}; [] when there is nothing to report")
        return tuple(self.read_item(item) for item in raw)

    def read_text(self, text: str) -> Any:
        if text == NOT_SURE_WORD:
            return NOT_SURE
        return tuple(self.read_item_text(item) for item in list_from_cell(text))

    def write(self, value: Any) -> Any:
        return NOT_SURE_WORD if value is NOT_SURE else [self.write_item(item) for item in value]
