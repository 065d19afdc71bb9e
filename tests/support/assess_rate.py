"""How fast a cohort is assessed, beside a bare read of the same file in the same run.

`python -m tests.support.assess_rate --rows 1000000` writes a CSV of synthetic people, reads it with
Python's own csv module, assesses it with all policies, and prints both rates and the highest memory.
"""

import argparse
import csv
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from app.domain.policy_files import shipped_policies
from app.reports.cohort import assessed_line
from app.reports.cohort_csv import read_csv
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


def read_rate(file: Path, rows: int) -> float:
    """Rows a second that the csv module reads and that nobody looks at."""
    began = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as source:
        for _ in csv.reader(source):
            pass
    return rows / (time.perf_counter() - began)


def assess_rate(file: Path, target: Path, rows: int) -> float:
    """Rows a second from the file to lines of JSON."""
    policies = shipped_policies()
    began = time.perf_counter()
    with (
        file.open(encoding="utf-8", newline="") as source,
        target.open("w", encoding="utf-8") as written,
    ):
        for row in read_csv(source):
            written.write(assessed_line(row, policies) + "\n")
    return rows / (time.perf_counter() - began)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.assess_rate", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args(arguments).rows
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cohort.csv"
        write_cohort(file, rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        bare, full = read_rate(file, rows), assess_rate(file, Path(folder) / "assessed.jsonl", rows)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{rows} rows: csv read {bare:.0f} a second, assessed {full:.0f} a second ({full / bare:.4f})")
    print(f"highest memory before {before // 1024} MB, after {after // 1024} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
