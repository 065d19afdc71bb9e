"""One preventive medicine that a person has tried, as they told it."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from app.domain.codes import NotSure, TakenFor, TrialResult, YesNo
from app.domain.medicines import MEDICINES, OTHER, Medicine, find_medicine, suggest_medicines
from app.domain.values import Kind, ListOf, Number, OneCode

LONGEST_NAME: Final = 60
_KEPT: Final = 4096
_LONGEST_KEPT: Final = 60


@dataclass(frozen=True, kw_only=True)
class PreventiveTrial:
    """A trial of one medicine. `weeks` is how long it was taken; None means not asked.

    `medicine` is a catalogue name or `other`; `name_given` keeps what was typed for `other`.
    """

    medicine: str
    weeks: int | float | NotSure | None = None
    result: TrialResult | NotSure | None = None
    still_taking: YesNo | NotSure | None = None
    taken_for: TakenFor | NotSure | None = None
    daily_dose_mg: int | float | NotSure | None = None
    name_given: str | None = None

    @property
    def without_name_given(self) -> "PreventiveTrial":
        """The same trial without what the person typed: for what is remembered beyond this person."""
        return self if self.name_given is None else replace(self, name_given=None)

    @property
    def catalogue_entry(self) -> Medicine | None:
        """The catalogue's medicine, or None for `other`."""
        return MEDICINES.get(self.medicine)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Made once: every requirement about medicines looks the trial up."""
        return hash((self.medicine, self.weeks, self.result, self.still_taking, self.taken_for))


TRIAL_PARTS: Final[dict[str, Kind]] = {
    "weeks": Number(5200),
    "result": OneCode(TrialResult),
    "still_taking": OneCode(YesNo),
    "taken_for": OneCode(TakenFor),
    "daily_dose_mg": Number(100_000),
}


def _read_medicine(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("each trial needs a medicine: a generic name, or other")
    if raw == OTHER:
        return raw
    medicine = find_medicine(raw)
    if medicine is not None:
        return medicine.name
    alike = [candidate.name for candidate in suggest_medicines(raw)]
    hint = f"did you mean {', '.join(alike)}?" if alike else "use other when it is not in the catalogue"
    raise ValueError(f"medicine {raw[:LONGEST_NAME]!r} is not in the catalogue; {hint}")


def _read_name_given(raw: Any) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) > LONGEST_NAME:
        raise ValueError(f"name_given must be text of at most {LONGEST_NAME} characters")
    try:
        raw.encode()
    except UnicodeEncodeError:  # half a character, which JSON can write and nothing can store
        raise ValueError("name_given holds a character that is not whole") from None
    return raw


def trial_from_mapping(raw: Any) -> PreventiveTrial:
    """A trial from its JSON object. Raises ValueError with what to mend."""
    if not isinstance(raw, dict):
        raise ValueError("each trial must be an object with medicine, weeks and result")
    unknown = set(raw) - set(TRIAL_PARTS) - {"medicine", "name_given"}
    if unknown:
        raise ValueError(f"a trial has no {min(map(str, unknown))!r}")
    parts = {}
    for name, kind in TRIAL_PARTS.items():
        if raw.get(name) is None:
            continue
        try:
            parts[name] = kind.read(raw[name])
        except ValueError as problem:
            raise ValueError(f"{name} of a trial {problem}") from None
    return PreventiveTrial(
        medicine=_read_medicine(raw.get("medicine")),
        name_given=_read_name_given(raw.get("name_given")),
        **parts,
    )


def trial_from_text(text: str) -> PreventiveTrial:
    """A trial from a CSV item, `medicine:weeks:result`. Weeks and result may be empty."""
    return _trial_from_short_text(text) if len(text) <= _LONGEST_KEPT else _trial_from_text(text)


def _trial_from_text(text: str) -> PreventiveTrial:
    medicine, *rest = (part.strip() for part in text.split(":"))
    if len(rest) > 2:
        raise ValueError(f"trial {text[:80]!r} must be written medicine:weeks:result")
    parts = dict(zip(("weeks", "result"), rest, strict=False))
    values = {}
    for name, part in parts.items():
        if not part:
            continue
        try:
            values[name] = TRIAL_PARTS[name].read_text(part)
        except ValueError as problem:
            raise ValueError(f"{name} of trial {text[:80]!r} {problem}") from None
    return PreventiveTrial(medicine=_read_medicine(medicine), **values)


_trial_from_short_text: Final = lru_cache(maxsize=_KEPT)(_trial_from_text)


def trial_to_mapping(trial: PreventiveTrial) -> dict[str, Any]:
    """The trial as JSON values; parts that were not asked are left out."""
    mapping: dict[str, Any] = {"medicine": trial.medicine}
    for name, kind in TRIAL_PARTS.items():
        value = getattr(trial, name)
        if value is not None:
            mapping[name] = kind.write(value)
    if trial.name_given is not None:
        mapping["name_given"] = trial.name_given
    return mapping


PREVENTIVE_TRIALS: Final = ListOf(
    "list of trials (medicine, weeks, result)",
    trial_from_mapping,
    trial_from_text,
    trial_to_mapping,
)
