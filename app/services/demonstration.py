"""Synthetic people for trying the desk. They resemble what a headache clinic meets, and nobody real."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.domain import answers_from_mapping
from app.domain.codes import BotulinumSafety, LookAlike, RedFlagCode, TrialResult
from app.domain.medicines import CATALOGUE
from app.domain.red_flags import EMERGENCY_CODES, OTHER_CODES
from app.domain.reference_code import new_reference_code
from app.services.assessing import new_screening
from app.services.storing import keep_screening
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.new_screenings import NewScreening
from app.storage.store import Store

_BATCH: Final = 500
_PREVENTIVES: Final = [medicine.name for medicine in CATALOGUE if not medicine.is_acute]
_LONGEST_AGO: Final = timedelta(days=60)


def store_demonstrations(store: Store, count: int, seed: int) -> Iterator[int]:
    """Store `count` synthetic screenings in batches; yields how many are stored so far."""
    chance = random.Random(seed)  # noqa: S311
    now = datetime.now(UTC)
    for start in range(0, count, _BATCH):
        size = min(_BATCH, count - start)
        with store.database.writing() as session:
            for _ in range(size):
                keep_screening(session, store, synthetic_screening(store, chance, now))
            detail = {"rows": size, "is_demonstration": True}
            entry = AuditEntry(Action.SCREENING_STORED, OPERATOR, now, detail=detail)
            add_audit_entry(session, store.keyring, entry)
        yield start + size


def synthetic_screening(store: Store, chance: random.Random, now: datetime) -> NewScreening:
    """The screening of one of these people, ready to be stored."""
    return new_screening(
        answers_from_mapping(synthetic_answers(chance)),
        code=store.macs_of(new_reference_code()),
        language="en",
        received_at=now - chance.random() * _LONGEST_AGO,
        policies=store.policies.policies,
        is_demonstration=True,
    )


def synthetic_answers(chance: random.Random) -> dict[str, Any]:
    """The answers of one synthetic person, as plain codes."""
    flags = _flags(chance)
    if any(code in EMERGENCY_CODES for code in flags):
        return {"red_flags": flags}
    core = _core(chance, flags)
    for part in (_headaches, _medicines, _care):  # most people fill in one optional section or two
        if chance.random() < 0.4:
            core |= part(chance)
    return core


def _core(chance: random.Random, flags: list[RedFlagCode]) -> dict[str, Any]:
    headache_days = min(30, max(0, round(chance.gauss(16, 7))))
    migraine_days = round(headache_days * chance.betavariate(4, 3))
    return {
        "red_flags": flags,
        "unsure_red_flags": [],
        "look_alikes": [chance.choice(list(LookAlike))] if chance.random() < 0.05 else [],
        "headache_days": _or_not_sure(chance, headache_days),
        "migraine_days": _or_not_sure(chance, migraine_days),
        "counted_from": chance.choices(["memory", "diary"], [7, 3])[0],
        "months_at_this_frequency": _or_not_sure(chance, chance.choice([1, 2, 3, 4, 6, 9, 12, 24, 60])),
        "preventives": _trials(chance),
    }


def _yes_or_no(chance: random.Random, likely: float) -> str:
    return "not_sure" if chance.random() < 0.06 else "yes" if chance.random() < likely else "no"


def _headaches(chance: random.Random) -> dict[str, Any]:
    """Features as they are in a headache clinic: most of them are migraine's."""
    names = ("unilateral_location", "pulsating_quality", "moderate_or_severe_pain", "nausea_or_vomiting")
    more = ("aggravated_by_routine_activity", "photophobia", "phonophobia", "lifetime_attacks_at_least_5")
    return {
        "age_years": chance.randint(18, 70),
        "hours_per_headache_day": chance.choice([2, 4, 6, 8, 12, 24]),
        "aura": _yes_or_no(chance, 0.3),
        **{name: _yes_or_no(chance, 0.75) for name in (*names, *more)},
    }


def _medicines(chance: random.Random) -> dict[str, Any]:
    """Acute medicine: about two in five take some class on more days than its line."""
    triptan, simple = chance.choice([0, 2, 4, 8, 12]), chance.choice([0, 4, 8, 14, 20])
    return {
        "any_acute_medication_days": min(30, triptan + simple),
        "months_of_acute_medication_use": chance.choice([1, 2, 4, 12, 24]),
        "triptan_days": triptan,
        "simple_analgesic_days": simple,
        **dict.fromkeys(("ergot_days", "combination_analgesic_days", "gepant_or_ditan_days"), 0),
        "opioid_days": chance.choices([0, 3, 12], [8, 1, 1])[0] if simple >= 12 else 0,
    }


def _care(chance: random.Random) -> dict[str, Any]:
    return {
        "botulinum_safety": [chance.choice(list(BotulinumSafety))] if chance.random() < 0.2 else [],
        "specialist_involved": _yes_or_no(chance, 0.3),
        "diary_months": chance.choice([0, 1, 3, 6]),
        "work_days_missed": chance.randint(0, 8),
        "work_days_half_done": chance.randint(0, 10),
    }


def _or_not_sure(chance: random.Random, value: int) -> int | str:
    return "not_sure" if chance.random() < 0.06 else value


def _flags(chance: random.Random) -> list[RedFlagCode]:
    roll = chance.random()
    if roll < 0.02:
        return [chance.choice(EMERGENCY_CODES)]
    return [chance.choice(OTHER_CODES)] if roll < 0.10 else []


def _trials(chance: random.Random) -> list[dict[str, Any]]:
    """None to five medicines; most people in such a clinic have tried one to three."""
    many = chance.choices(range(6), [20, 25, 25, 18, 8, 4])[0]
    return [_trial(chance, medicine) for medicine in chance.sample(_PREVENTIVES, many)]


def _trial(chance: random.Random, medicine: str) -> dict[str, Any]:
    result = chance.choices(list(TrialResult), [40, 30, 6, 14, 10])[0]
    weeks = chance.choice([2, 4, 6, 8, 12, 16, 26, 52])
    return {
        "medicine": medicine,
        "weeks": 0 if result is TrialResult.UNSUITABLE else weeks,
        "result": result.value,
        "taken_for": chance.choices(["migraine", "other_condition"], [9, 1])[0],
    }
