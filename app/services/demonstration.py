"""Synthetic people for trying the desk. They resemble what a headache clinic meets, and nobody real."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.domain import answers_from_mapping
from app.domain.codes import RedFlagCode, TrialResult
from app.domain.medicines import CATALOGUE
from app.domain.red_flags import EMERGENCY_CODES, URGENCY
from app.domain.reference_code import new_reference_code
from app.services.self_screening import new_screening
from app.storage.screenings import NewScreening, add_screening
from app.storage.store import Store

_BATCH: Final = 500
_PREVENTIVES: Final = [medicine.name for medicine in CATALOGUE if not medicine.is_acute]
_OTHER_FLAGS: Final = [code for code in URGENCY if code not in EMERGENCY_CODES]
_LONGEST_AGO: Final = timedelta(days=60)


def store_demonstrations(store: Store, count: int, seed: int) -> Iterator[int]:
    """Store `count` synthetic screenings in batches; yields how many are stored so far."""
    chance = random.Random(seed)  # noqa: S311
    now = datetime.now(UTC)
    for start in range(0, count, _BATCH):
        size = min(_BATCH, count - start)
        with store.database.writing() as session:
            for _ in range(size):
                add_screening(session, store.cipher, _person(store, chance, now))
        yield start + size


def _person(store: Store, chance: random.Random, now: datetime) -> NewScreening:
    return new_screening(
        answers_from_mapping(synthetic_answers(chance)),
        reference_mac=store.mac_of(new_reference_code()),
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
    headache_days = min(30, max(0, round(chance.gauss(16, 7))))
    migraine_days = round(headache_days * chance.betavariate(4, 3))
    return {
        "red_flags": flags,
        "headache_days": _or_not_sure(chance, headache_days),
        "migraine_days": _or_not_sure(chance, migraine_days),
        "counted_from": chance.choices(["memory", "diary"], [7, 3])[0],
        "months_at_this_frequency": _or_not_sure(chance, chance.choice([1, 2, 3, 4, 6, 9, 12, 24, 60])),
        "preventives": _trials(chance),
    }


def _or_not_sure(chance: random.Random, value: int) -> int | str:
    return "not_sure" if chance.random() < 0.06 else value


def _flags(chance: random.Random) -> list[RedFlagCode]:
    roll = chance.random()
    if roll < 0.02:
        return [chance.choice(EMERGENCY_CODES)]
    return [chance.choice(_OTHER_FLAGS)] if roll < 0.10 else []


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
