"""What the two FHIR validators say of generated screenings, and how quickly bundles are made.

`python -m tests.support.fhir_report [COUNT] [SEED]` prints it; exits with 1 when either finds a fault.
"""

import json
import sys
from statistics import median
from time import perf_counter
from typing import Any

from flask import Flask
from flask_babel import Babel

from app.domain import answers_to_mapping
from app.reports.fhir.bundle import bundle_for
from app.reports.fhir.response import answers_from_response
from tests.support.fhir import generated_records
from tests.support.fhir_checks import python_errors
from tests.support.node_checks import FHIR


def report(count: int, seed: int) -> int:
    """Print the figures; how many bundles were not right."""
    records = list(generated_records(count, seed))
    started = perf_counter()
    lines = [json.dumps(bundle_for(record, with_text=True)) for record in records]
    seconds = perf_counter() - started
    sizes = [len(line) / 1000 for line in lines]
    print(f"{count} bundles in {seconds:.1f} s: {count / seconds:.0f} a second, written as JSON")
    print(f"{min(sizes):.0f} to {max(sizes):.0f} kB each, {median(sizes):.0f} kB in the middle")
    bundles = [json.loads(line) for line in lines]
    by_python = [errors for bundle in bundles if (errors := python_errors(bundle))]
    by_node = [errors for errors in FHIR.faults(bundles) if errors]
    pairs = zip(records, bundles, strict=True)
    changed = [each for each, bundle in pairs if _came_back(bundle) != each.screening.answers]
    print(f"fhir.resources (Python, R4B): {count - len(by_python)} without a fault, {len(by_python)} with")
    print(f"fhir (Node.js, R4): {count - len(by_node)} without a fault, {len(by_node)} with")
    print(f"Answers read back: {count - len(changed)} the same, {len(changed)} changed")
    for errors in [*by_python[:3], *by_node[:3]]:
        print("  " + "; ".join(errors[:3]))
    return len(by_python) + len(by_node) + len(changed)


def _came_back(bundle: dict[str, Any]) -> dict[str, Any]:
    return answers_to_mapping(answers_from_response(bundle).answers)


def main() -> int:
    count, seed = [*map(int, sys.argv[1:]), *(1000, 20)[len(sys.argv) - 1 :]]
    app = Flask("report")
    Babel(app)
    with app.app_context():
        return 1 if report(count, seed) else 0


if __name__ == "__main__":
    sys.exit(main())
