"""What a rule rests on: sources that are listed and tests that exist. A row that names neither is a fault."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.policies import Policy
from app.domain.policy_files import shipped_policies
from app.questionnaire.sources import source_by_id

ROOT: Final = Path(__file__).resolve().parents[3]
OWN: Final = "own rule"
_TEST: Final = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
_DECISION: Final = re.compile(r"adr (\d{4})")
_QUOTED: Final = re.compile(r"(app/[\w/]+\.py): (.+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what holds, its numbers, where it comes from, and the tests that hold it.

    A source is an id of app/questionnaire/sources.py, the id of a policy, a decision (`adr 0004`), a
    publication that a module names (`app/domain/scores.py: Kroenke`), or `OWN` where nothing published
    says it.
    """

    says: str
    numbers: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]


def held_by(module: str, *names: str) -> tuple[str, ...]:
    """Tests of one module of the domain."""
    return tuple(f"tests/unit/domain/test_{module}.py::{name}" for name in names)


def policies_by_id() -> dict[str, Policy]:
    return {policy.id: policy for policy in shipped_policies()}


def _decision(number: str) -> str:
    found = sorted((ROOT / "docs" / "adr").glob(f"{number}-*.md"))
    if not found:
        raise LookupError(f"there is no decision {number} in docs/adr")
    return f"[decision {number}](adr/{found[0].name})"


def _quoted(module: str, words: str) -> str:
    path = ROOT / module
    if not path.is_file() or words not in " ".join(path.read_text(encoding="utf-8").split()):
        raise LookupError(f"{module} does not name {words!r}")
    return f"{words}, named in [{path.name}](../{module})"


def link(source: str, policies: Mapping[str, Policy] | None = None) -> str:
    """A source as a link.

    Raises:
        LookupError: it is not listed, or has no address.
    """
    if source == OWN:
        return OWN
    if decision := _DECISION.fullmatch(source):
        return _decision(decision[1])
    if quoted := _QUOTED.fullmatch(source):
        return _quoted(quoted[1], quoted[2])
    policy = (policies_by_id() if policies is None else policies).get(source)
    try:
        address = source_by_id(source).url if policy is None else policy.source
    except KeyError:
        raise LookupError(f"{source!r} is not in app/questionnaire/sources.py") from None
    if not address.startswith("https://"):
        raise LookupError(f"{source!r} has no source")
    return f"[{source}]({address})"


def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def is_test(name: str) -> bool:
    """Whether this file holds a test function of this name."""
    parts = _TEST.fullmatch(name)
    path = ROOT / parts[1] if parts else ROOT
    return parts is not None and path.is_file() and parts[2] in _functions(path)


def _faults_of(rule: Rule, policies: Mapping[str, Policy]) -> Iterator[str]:
    if not rule.tests or not rule.sources:
        yield "names no test" if rule.sources else "names no source"
    yield from (f"there is no test {name}" for name in rule.tests if not is_test(name))
    for source in rule.sources:
        try:
            link(source, policies)
        except LookupError as problem:
            yield str(problem.args[0])


def faults(rules: Iterable[Rule], policies: Mapping[str, Policy] | None = None) -> list[str]:
    """A line for every row that names a test or a source that is not there, or none at all."""
    known = policies_by_id() if policies is None else policies
    return [f"“{rule.says}”: {fault}" for rule in rules for fault in _faults_of(rule, known)]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(heads)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def rule_table(rules: Iterable[Rule], *, with_sources: bool = True) -> str:
    """Rules with their numbers, sources and tests."""
    rows = []
    for rule in rules:
        sources = [", ".join(map(link, rule.sources))] if with_sources else []
        rows.append([rule.says, rule.numbers, *sources, ", ".join(f"`{name}`" for name in rule.tests)])
    return table(["Rule", "Numbers", *(["Source"] if with_sources else []), "Held by"], rows)
