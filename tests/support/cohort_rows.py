"""A CSV file of synthetic people, of any length, for measuring bulk work."""

import csv
import random
from pathlib import Path
from typing import Any, Final

from app.services.demonstration import synthetic_answers

COLUMNS: Final = (
    "id",
    "age_years",
    "red_flags",
    "look_alikes",
    "headache_days",
    "migraine_days",
    "counted_from",
    "months_at_this_frequency",
    "hours_per_headache_day",
    "any_acute_medication_days",
    "triptan_days",
    "simple_analgesic_days",
    "months_of_acute_medication_use",
    "preventives",
)


def _cell(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    items = [
        item if isinstance(item, str) else f"{item['medicine']}:{item['weeks']}:{item['result']}"
        for item in value
    ]
    return ";".join(items) or "none"


def write_cohort(file: Path, rows: int) -> None:
    """A CSV of synthetic people, the same for the same number of rows."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        for number in range(rows):
            answers = {"id": number, **synthetic_answers(chance)}
            writer.writerow([_cell(answers[name]) if name in answers else "" for name in COLUMNS])
