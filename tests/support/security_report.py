"""Writes docs/security-report.md: requirement by requirement, the tests that hold it and how they ended.

`python -m tests.support.security_report` runs every test that carries a mark of a requirement; it exits with
1 when one fails. `--check` runs nothing: it only says whether the committed report names exactly the
requirements and marks there are now.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from tests.support.requirement_run import (
    NOT_RUN,
    Results,
    State,
    run_tests,
    state_of,
    versions,
)
from tests.support.requirements import ROOT, Mark, Requirement, find_marks, load_requirements

TARGET: Final = ROOT / "docs" / "security-report.md"
FAMILIES: Final = {
    "PAT": "The patient’s code and shared devices",
    "AUTH": "Signing in",
    "SESS": "Sessions",
    "AZ": "Who may do what",
    "WEB": "Browser and HTTP",
    "IO": "What comes in and goes out",
    "DAT": "Keys, data, audit, logs",
    "OPS": "Running it, and what it is built from",
}
_HEAD: Final = """# Security report

Made by `make security-report`, which runs every test named here and fails when one of them does. `make check`
fails when this page does not name the requirements and the tests that there are now.

The requirements are in [security-requirements.toml](security-requirements.toml), the dangers behind them in
the [threat model](threat-model.md). A test says in its program text which requirement it holds.

* **held**: together, the tests show the requirement as it is written, or each of the parts it falls into;
* **in part**: the tests show no more than what the row says;
* **not held yet**: no test shows it, whether or not the product does some of it;
* **FAILED**: a test of it fails.

A star marks the first wave, which is wanted before anybody relies on the product. A number after *passed*
says how many cases of the test ran.
"""
_RESULT: Final = re.compile(r"`(tests/[^`]+)` (passed(?: \(\d+\))?|not run|FAILED)")
_VERSIONS: Final = re.compile(r"^Last run on .*$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A requirement with its marks, and how far they hold it."""

    requirement: Requirement
    marks: list[Mark]
    state: State


def make_rows(requirements: Iterable[Requirement], marks: Iterable[Mark], results: Results) -> list[Row]:
    of_requirement: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        of_requirement[mark.requirement_id].append(mark)
    return [
        Row(each, of_requirement[each.id], state_of(of_requirement[each.id], results, each.parts))
        for each in requirements
    ]


# --- the page -------------------------------------------------------------------------------------


def document(rows: list[Row], results: Results, ran_on: str) -> str:
    """The whole page."""
    parts = [_HEAD, f"\n## Summary\n\n{ran_on}\n\n{_summary(rows)}"]
    for family, title in FAMILIES.items():
        parts.append(f"\n## {title}\n\n")
        parts.append(_table("id", "requirement", "state", "tests", "sources"))
        parts.extend(_line(row, results) for row in rows if row.requirement.family == family)
    return "".join(parts)


def _cells(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


def _table(*names: str) -> str:
    return _cells(*names) + _cells(*["---"] * len(names))


def _summary(rows: list[Row]) -> str:
    kinds: dict[str, Callable[[Requirement], bool]] = {
        "first wave": lambda each: each.is_first_wave,
        "later": lambda each: not each.is_first_wave,
        "all": lambda _: True,
    }
    lines = [_table("requirements", *State, "together")]
    for name, belongs in kinds.items():
        counted = Counter(row.state for row in rows if belongs(row.requirement))
        lines.append(_cells(name, *(counted[state] for state in State), counted.total()))
    return "".join(lines)


def _line(row: Row, results: Results) -> str:
    requirement = row.requirement
    star = " ★" if requirement.is_first_wave else ""
    says = requirement.says
    if requirement.deviation:
        says += f"<br>*Otherwise on purpose:* {requirement.deviation}"
    tests = (f"`{mark.test}` {results.get(mark.test, NOT_RUN)}" for mark in row.marks)
    sources = ", ".join(requirement.sources)
    return _cells(requirement.id + star, says, _state(row), "<br>".join(tests), sources)


def _state(row: Row) -> str:
    if row.state is not State.IN_PART:
        return f"**{row.state}**"
    parts = dict.fromkeys(mark.part for mark in row.marks if mark.part)
    return f"**{row.state}**: {'; '.join(parts) or 'some of its tests were not run'}"


# --- the command ----------------------------------------------------------------------------------


def is_current(requirements: list[Requirement], marks: list[Mark]) -> bool:
    """Whether the committed page is what its own results give with the requirements and marks of now."""
    page = TARGET.read_text("utf-8") if TARGET.is_file() else ""
    ran_on = _VERSIONS.search(page)
    results = dict(_RESULT.findall(page))
    rows = make_rows(requirements, marks, results)
    return ran_on is not None and page == document(rows, results, ran_on[0])


def main(arguments: list[str]) -> int:
    requirements, marks = load_requirements(), find_marks()
    shown = TARGET.relative_to(ROOT).as_posix()
    if "--check" in arguments:
        if is_current(requirements, marks):
            print(f"{shown} names every requirement and the tests that hold it.")
            return 0
        print(f"{shown} is not what the tests say. Run: make security-report", file=sys.stderr)
        return 1
    status, results = run_tests(marks)
    TARGET.write_text(document(make_rows(requirements, marks, results), results, versions()), "utf-8")
    print(f"Wrote {shown}.")
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
