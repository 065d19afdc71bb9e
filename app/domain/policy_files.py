"""Reading policy files. A file that is not right stops the start, with file, line and reason."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.domain.answers import KINDS as ANSWERS
from app.domain.codes import YesNo
from app.domain.medicines import MEDICINES, MedicineClass
from app.domain.policies import Phase, Policy, Requirement
from app.domain.preventive_history import COUNTING_REASONS
from app.domain.requirement_kinds import KINDS
from app.domain.values import Number, OneCode

SHIPPED: Final = Path(__file__).parent / "policies"
_HEAD: Final = tuple(each.name for each in fields(Policy) if each.name not in ("start", "continuing"))
_SLUG: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_ALLOWED: Final[dict[str, frozenset[str]]] = {
    "count": frozenset({"headache_days", "migraine_days"}),
    "amount": frozenset(name for name, kind in ANSWERS.items() if isinstance(kind, Number)) | {"age_years"},
    "answer": frozenset(
        name for name, kind in ANSWERS.items() if isinstance(kind, OneCode) and kind.codes is YesNo
    ),
    "classes": frozenset(MedicineClass),
    "results": frozenset(COUNTING_REASONS),
    "without": frozenset(MEDICINES),
}


class PolicyFileError(Exception):
    """A policy file cannot be used: which, in which line, and why."""


@dataclass(frozen=True)
class _Part:
    """The head of a file, or its requirement number `at` of one phase: knows the lines of its keys."""

    file: str
    text: str
    phase: str = ""
    at: int = 0

    def wrong(self, reason: str, key: str = "") -> PolicyFileError:
        """The reason with the line of the key, or with the first line of this part."""
        return PolicyFileError(f"{self.file}, line {self._line(key)}: {reason}")

    def _line(self, key: str) -> int:
        phase, seen, first = "", {"start": -1, "continue": -1}, 1
        for number, line in enumerate(self.text.splitlines(), start=1):
            header = re.match(r"\s*\[\[\s*(start|continue)\s*\]\]", line)
            if header:
                phase = header[1]
                seen[phase] += 1
            if phase != self.phase or (phase and seen[phase] != self.at):
                continue
            if header:
                first = number
            elif key and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return first


def _is_date(text: str) -> bool:
    """A year, a month of a year, or a day: they sort by time as text."""
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _check_dates(part: _Part, raw: Mapping[str, Any]) -> None:
    for name in ("version", "published", "checked"):
        if not _is_date(raw[name]):
            raise part.wrong(f"{name} must be a date such as 2026-11-22, 2026-11 or 2026", name)


def _checked_head(part: _Part, raw: Mapping[str, Any]) -> dict[str, str]:
    for name in _HEAD:
        if not isinstance(raw.get(name), str) or not raw[name].strip():
            raise part.wrong(f"{name} is missing or is not text", name)
    for name in raw:
        if name not in _HEAD and name not in list(Phase):
            raise part.wrong(f"{name!r} is not known here", name)
    if not _SLUG.fullmatch(raw["id"]):
        raise part.wrong("id must be lower-case words joined by dashes", "id")
    if not re.match(r"https://\w", raw["source"]):
        raise part.wrong("source must be an https address", "source")
    _check_dates(part, raw)
    return {name: raw[name] for name in _HEAD}


def _check_setting(part: _Part, name: str, value: Any, wanted: type[Any]) -> None:
    if type(value) is not wanted or value == []:
        words = {int: "a whole number", str: "text", list: "a list with something in it"}
        raise part.wrong(f"{name} must be {words[wanted]}", name)
    if wanted is int:
        if not 0 <= value <= 1000:
            raise part.wrong(f"{name} must be from 0 to 1000", name)
        return
    for each in value if wanted is list else [value]:
        if not isinstance(each, str) or each not in _ALLOWED[name]:
            raise part.wrong(f"{name} cannot be {each!r}", name)


def _requirement(part: _Part, raw: Any) -> Requirement:
    if not isinstance(raw, dict) or not _SLUG.fullmatch(str(raw.get("id", ""))):
        raise part.wrong("each requirement needs an id of lower-case words joined by dashes", "id")
    name = str(raw.get("kind"))
    kind = KINDS.get(name)
    if kind is None:
        raise part.wrong(f"{raw['id']}: there is no kind {name!r}", "kind")
    settings = {key: value for key, value in raw.items() if key not in ("id", "kind")}
    known = {**kind.settings, **kind.optional}
    for key, value in settings.items():
        if key not in known:
            raise part.wrong(f"{raw['id']}: the kind {name} has no {key!r}", key)
        _check_setting(part, key, value, known[key])
    for key in kind.settings:
        if key not in settings:
            raise part.wrong(f"{raw['id']}: {key} is missing")
    return Requirement(raw["id"], {"kind": name, **settings}, kind.make(settings))


def _requirements(head: _Part, phase: Phase, raw: Any) -> tuple[Requirement, ...]:
    if not isinstance(raw, list):
        raise head.wrong(f"requirements are written as [[{phase}]]", phase)
    found: dict[str, Requirement] = {}
    for at, each in enumerate(raw):
        part = _Part(head.file, head.text, phase, at)
        requirement = _requirement(part, each)
        if requirement.id in found:
            raise part.wrong(f"the requirement {requirement.id!r} stands twice", "id")
        found[requirement.id] = requirement
    return tuple(found.values())


def read_policy(path: Path) -> Policy:
    """The policy in a file.

    Raises:
        PolicyFileError: the file is not right.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise PolicyFileError(f"{path.name}: {problem}") from None
    except RecursionError:
        raise PolicyFileError(f"{path.name}: this is no policy file") from None
    head = _Part(path.name, text)
    values = _checked_head(head, raw)
    start = _requirements(head, Phase.START, raw.get("start", []))
    if not start:
        raise head.wrong("a policy needs at least one [[start]] requirement")
    continuing = _requirements(head, Phase.CONTINUE, raw.get("continue", []))
    return Policy(**values, start=start, continuing=continuing)


def _read_folder(folder: Path) -> dict[str, tuple[Policy, _Part]]:
    """The policies of a folder by id, each with the head of its file."""
    found: dict[str, tuple[Policy, _Part]] = {}
    for path in sorted(folder.glob("*.toml")):
        policy = read_policy(path)
        head = _Part(path.name, path.read_text(encoding="utf-8-sig"))
        if policy.id in found:
            raise head.wrong(f"another file has the policy {policy.id} too", "id")
        found[policy.id] = (policy, head)
    return found


@lru_cache(maxsize=1)
def shipped_policies() -> tuple[Policy, ...]:
    """The policies that come with the product, in the order of their ids."""
    shipped = _read_folder(SHIPPED)
    return tuple(shipped[policy_id][0] for policy_id in sorted(shipped))


@dataclass(frozen=True)
class LoadedPolicies:
    """The policies in use, and one sentence for each way in which they differ from those shipped."""

    policies: tuple[Policy, ...]
    notices: tuple[str, ...] = ()


def _unused(own_folder: Path) -> list[str]:
    """A sentence for each file that is neither a policy nor a withdrawal, so that none is left out unseen."""
    names = sorted(path.name for path in own_folder.glob("*") if path.suffix not in (".toml", ".withdrawn"))
    return [f"{name} is not used: a policy file ends in .toml, a withdrawal in .withdrawn." for name in names]


def load_policies(own_folder: Path) -> LoadedPolicies:
    """The shipped policies, with those in the clinic's own folder in place of or beside them.

    An empty file named `ID.withdrawn` there takes a policy away.

    Raises:
        PolicyFileError: a file is not right, or is not newer than the one it would replace.
    """
    if own_folder.exists() and not own_folder.is_dir():
        raise PolicyFileError(f"{own_folder.name} must be a folder of policy files")
    policies = {policy.id: policy for policy in shipped_policies()}
    notices = _unused(own_folder)
    for policy_id, (policy, head) in _read_folder(own_folder).items():
        shipped = policies.get(policy_id)
        if shipped is not None and policy.version <= shipped.version:
            reason = f"version {policy.version} of {policy_id} is not newer than {shipped.version}"
            raise head.wrong(reason, "version")
        place = f"takes the place of version {shipped.version}" if shipped else "is the clinic's own"
        notices.append(f"Policy {policy_id}: version {policy.version} {place}.")
        policies[policy_id] = policy
    for path in sorted(own_folder.glob("*.withdrawn")):
        if policies.pop(path.stem, None) is None:
            raise PolicyFileError(f"{path.name}: there is no policy {path.stem} to withdraw")
        notices.append(f"Policy {path.stem} is withdrawn.")
    in_order = tuple(policies[policy_id] for policy_id in sorted(policies))
    return LoadedPolicies(in_order, tuple(notices))
