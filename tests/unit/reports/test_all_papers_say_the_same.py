"""Paper, table and FHIR come from one record: what each of them says is read back and compared."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.codes import Outcome, RedFlagCode
from app.domain.medication_overuse import OveruseStatus
from app.domain.policies import RequirementStatus
from app.questionnaire.desk_labels import OVERUSE_STATUSES
from app.questionnaire.labels import OUTCOMES, RED_FLAGS
from app.reports.fhir.bundle import bundle_for
from app.reports.papers.summary import summary_pdf
from app.reports.papers.typesetting import Paper
from app.reports.table import columns, row_of
from app.reports.table_files import csv_lines
from app.services.clinical_review import ScreeningRecord
from tests.support.fhir import codes, components, generated_records, observation, the_response
from tests.support.papers import plain, text_of

NUMBERS = {
    "headache_days_per_30": "headache_days",
    "migraine_days_per_30": "migraine_days",
    "duration_months": "duration",
}


def in_table(record: ScreeningRecord) -> dict[str, str]:
    """The row of the record in a CSV file, read by somebody who knows only CSV."""
    of = columns(with_text=False)
    file = b"".join(csv_lines([row_of(record, of)], of)).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(file))
    return row


def in_bundle(record: ScreeningRecord) -> dict[str, Any]:
    """The bundle of the record, as it comes out of a file."""
    bundle: dict[str, Any] = json.loads(json.dumps(bundle_for(record, with_text=False)))
    return bundle


def told(value: str) -> float | None:
    return float(value) if value else None


def listed(cell: str) -> set[str]:
    return set() if cell in ("", "none", "not_sure") else set(cell.split(";"))


@pytest.mark.parametrize(
    "record", list(generated_records(150)), ids=lambda record: str(record.screening.id)[:8]
)
def test_table_and_bundle_say_the_same(record: ScreeningRecord) -> None:
    row, bundle = in_table(record), in_bundle(record)
    assert codes(observation(bundle, "outcome")["valueCodeableConcept"]) == [row["outcome"]]
    urgency = observation(bundle, "urgency")
    assert codes(urgency["valueCodeableConcept"]) == [row["urgency"]]
    assert components(urgency).keys() - {"red_flags_not_sure"} == listed(row["red_flags"])
    for column, name in NUMBERS.items():
        found = observation(bundle, name)
        value = found.get("valueQuantity", {}).get("value")
        assert value == told(row[column])
        assert (codes(found["interpretation"][0]), len(found["interpretation"]) == 2) == (
            [row[f"{name}_status"]],
            row[f"{name}_borderline"] == "true",
        )
    overuse = observation(bundle, "medication_overuse")
    assert codes(overuse["valueCodeableConcept"]) == [row["medication_overuse_status"]]
    tried = components(observation(bundle, "preventives"))
    for name in ("preventive_medicines", "preventive_classes"):
        assert tried[name].get("valueInteger") == told(row[name])
    tags = {tag["system"].rpartition(":")[2]: tag["code"] for tag in the_response(bundle)["meta"]["tag"]}
    assert tags["rules-version"] == row["rules_version"]
    assert tags["questionnaire-version"] == row["questionnaire_version"]
    assert the_response(bundle)["authored"].startswith(row["received_on"])


def counts_in_words(cell: str) -> str:
    counts = dict(part.split(":") for part in cell.split(";"))
    met, not_met, missing = (counts[status.value] for status in RequirementStatus)
    return f"{met} met, {not_met} not met, {missing} missing"


@pytest.mark.parametrize(
    "record", list(generated_records(25, seed=5)), ids=lambda each: str(each.screening.id)[:8]
)
def test_table_and_paper_say_the_same(record: ScreeningRecord) -> None:
    row = in_table(record)
    made = summary_pdf(record, Paper.A4, clinic_name="", now=datetime(2026, 11, 22, tzinfo=UTC))
    paper = plain(text_of(made))
    assert plain(str(OUTCOMES[Outcome(row["outcome"])])) in paper
    for code in listed(row["red_flags"]):
        assert plain(str(RED_FLAGS[RedFlagCode(code)])) in paper, code
    if row["outcome"] == Outcome.EMERGENCY:
        return  # it stops at the sign: nothing else was asked
    check_numbers(row, paper)
    for name, cell in row.items():
        if name.startswith("policy_") and cell:
            assert plain(counts_in_words(cell)) in paper, name
    assert f"rules {row['rules_version']}" in paper
    assert f"questionnaire {row['questionnaire_version']}" in paper


def check_numbers(row: dict[str, str], paper: str) -> None:
    window = row["window_days"] or "30"
    for name in ("headache_days", "migraine_days"):
        if row[name].isdigit() and window != "not_sure":
            assert plain(f"{row[name]} in {window} days") in paper, name
    if row["preventive_medicines"] not in ("", "0") and row["preventives"] != "none":
        number = int(row["preventive_medicines"])
        assert plain(f"{number} medicine{'' if number == 1 else 's'} counted") in paper
    if row["medication_overuse_triptan"] and "Acute medicine and overuse" in paper:
        assert plain(str(OVERUSE_STATUSES[OveruseStatus(row["medication_overuse_status"])])) in paper


def test_the_records_compared_hold_every_outcome_and_a_sign() -> None:
    """The two tests above compare something: no part of them is skipped for every record."""
    rows = [in_table(record) for record in generated_records(150)]
    assert {row["outcome"] for row in rows} == {outcome.value for outcome in Outcome}
    assert any(listed(row["red_flags"]) for row in rows)
    assert any(row["medication_overuse_status"] == "likely" for row in rows)
