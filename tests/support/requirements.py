"""The security requirements of docs/security-requirements.toml, and the tests that say they hold them.

A test says so with a mark: `@pytest.mark.requirement("PAT-02")` when it, with the others marked so, holds the
requirement as it is written; `@pytest.mark.requirement("WEB-01", part="static files only")` when it holds no
more than that part. Where the table says which `parts` a requirement falls into, tests of all of them hold it
together. Marks are read from the program text, so that no test has to be run or imported.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "docs" / "security-requirements.toml"
MARK: Final = "requirement"


class MarkError(Exception):
    """A mark cannot be read; the text says where it stands."""


@dataclass(frozen=True)
class Requirement:
    """One requirement. `parts` are what it falls into, where no single test shows the whole of it.

    `deviation` is why the product does it another way on purpose, or empty.
    """

    id: str
    says: str
    sources: tuple[str, ...]
    is_first_wave: bool
    deviation: str = ""
    parts: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        return self.id.partition("-")[0]


@dataclass(frozen=True)
class Mark:
    """A test holds a requirement; where `part` is not empty, no more than that part of it."""

    requirement_id: str
    test: str
    part: str


def load_requirements() -> list[Requirement]:
    """All requirements in the order of the file."""
    tables = tomllib.loads(SOURCE.read_text("utf-8"))
    return [
        Requirement(
            id=name,
            says=table.pop("says"),
            sources=tuple(table.pop("sources")),
            is_first_wave=table.pop("first_wave"),
            deviation=table.pop("deviation", ""),
            parts=tuple(table.pop("parts", ())),
        )
        for name, table in tables.items()
    ]


def find_marks(folder: Path = ROOT / "tests") -> list[Mark]:
    """Every mark of the tests below a folder, in the order of files and lines.

    Raises:
        MarkError: a mark stands elsewhere than on a test, or its words are not plain texts.
    """
    return [mark for file in sorted(folder.rglob("*.py")) for mark in _marks_of(file, folder)]


def _marks_of(file: Path, folder: Path) -> Iterator[Mark]:
    text = file.read_text("utf-8")
    if f"mark.{MARK}" not in text:
        return  # most files: reading their grammar would take longer than everything else
    tree = ast.parse(text)
    place = file.relative_to(folder.parent).as_posix()
    found = 0
    for test in tree.body:
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            for call in filter(_is_mark, test.decorator_list):
                found += 1
                yield from _read(call, f"{place}::{test.name}")
    if found != sum(map(_names_the_mark, ast.walk(tree))):
        raise MarkError(f"{place}: a mark of a requirement stands above a test function, and is called")


def _names_the_mark(node: ast.AST) -> bool:
    """Whether this is `pytest.mark.requirement`."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
        return False
    return (node.value.attr, node.attr) == ("mark", MARK)


def _is_mark(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _names_the_mark(decorator.func)


def _read(call: ast.expr, test: str) -> Iterator[Mark]:
    assert isinstance(call, ast.Call)
    try:
        ids = [ast.literal_eval(each) for each in call.args]
        words = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    except ValueError:
        raise MarkError(f"{test}: a mark of a requirement holds plain texts only") from None
    part = words.pop("part", "")
    if not ids or words or not all(isinstance(each, str) for each in (*ids, part)):
        raise MarkError(f"{test}: a mark of a requirement names ids, and at most a part")
    for each in ids:
        yield Mark(each, test, part)
