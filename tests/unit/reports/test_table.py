"""The table of screenings: what each column says, what is left out, and that it can be read in again."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import (
    ScreeningAnswers,
    answers_from_mapping,
    answers_from_texts,
    answers_to_mapping,
    assess,
    assessment_to_mapping,
)
from app.domain.answers import KINDS
from app.domain.assessment import Assessment
from app.domain.codes import ConfirmedDiagnosis
from app.domain.policy_files import shipped_policies
from app.reports.cohort import GoodRow
from app.reports.cohort_csv import read_csv
from app.reports.table import Cell, columns, row_of
from app.reports.table_files import csv_lines
from app.services.assessing import opened_assessment
from app.services.clinical_review import ScreeningRecord
from app.storage.reviews import Review
from app.storage.screenings import StoredScreening
from app.storage.statuses import ScreeningStatus
from tests.support.spreadsheet import HOSTILE_TEXTS
from tests.support.strategies import screening_answers

RECEIVED: Final = datetime(2026, 3, 2, 23, 30, 59, tzinfo=UTC)
DOCUMENT: Final = Path(__file__).resolve().parents[3] / "docs" / "tables.md"
ANSWERS: Final[dict[str, Any]] = {
    "age_years": 52,
    "window_days": 28,
    "headache_days": 20,
    "migraine_days": 9,
    "months_at_this_frequency": 4.5,
    "counted_from": "diary",
    "photophobia": "not_sure",
    "red_flags": ["onset_after_50", "recent_change_of_pattern"],
    "look_alikes": [],
    "botulinum_safety": "not_sure",
    "triptan_days": 12,
    "months_of_acute_medication_use": 6,
    "preventives": [
        {"medicine": "topiramate", "weeks": 12, "result": "no_benefit", "taken_for": "migraine"},
        {"medicine": "metoprolol", "weeks": 2.5, "result": "side_effects", "taken_for": "migraine"},
        {"medicine": "other", "weeks": "not_sure", "name_given": "=my own tea"},
    ],
}


def record_of(
    answers: ScreeningAnswers, reviews: tuple[Review, ...] = (), assigned_to: str = ""
) -> ScreeningRecord:
    """A record as the desk opens it, with the reviews the newest first."""
    assessment = assess(answers, "1.3")
    stored = StoredScreening(
        id=UUID(int=1),
        received_at=RECEIVED,
        status=reviews[0].status if reviews else ScreeningStatus.NEW,
        outcome=assessment.outcome,
        urgency=assessment.urgency,
        language="en",
        is_demonstration=True,
        answers=answers_to_mapping(answers),
        assessment=assessment_to_mapping(assessment),
        visit=2,
    )
    opened = opened_assessment(stored.assessment, stored.answers)
    return ScreeningRecord(stored, opened, list(reviews), [], None, assigned_to=assigned_to)


def review(days: int, status: ScreeningStatus, note: str = "", **more: Any) -> Review:
    return Review(UUID(int=days), RECEIVED + timedelta(days=days), "Dr Ada", status, note, **more)


REVIEWS: Final = (
    review(3, ScreeningStatus.REVIEWED, "@later\nsecond line"),
    review(2, ScreeningStatus.IN_REVIEW, diagnosis=ConfirmedDiagnosis.CHRONIC_MIGRAINE),
    review(1, ScreeningStatus.NEEDS_CONTACT, "call back"),
)


def cells(record: ScreeningRecord, with_text: bool = False, **options: Any) -> dict[str, Cell]:
    of = columns(with_text, **options)
    return dict(zip([column.name for column in of], row_of(record, of), strict=True))


# --- what it says ---------------------------------------------------------------------------------


def test_each_column_says_what_the_record_says() -> None:
    row = cells(record_of(answers_from_mapping(ANSWERS), REVIEWS))
    answered = {
        "age_years": 52,
        "window_days": 28,
        "headache_days": 20,
        "migraine_days": 9,
        "months_at_this_frequency": 4.5,
        "counted_from": "diary",
        "photophobia": "not_sure",
        "red_flags": "onset_after_50;recent_change_of_pattern",
        "look_alikes": "none",
        "botulinum_safety": "not_sure",
        "triptan_days": 12,
        "months_of_acute_medication_use": 6,
        "preventives": "topiramate:12:no_benefit;metoprolol:2.5:side_effects;other:not_sure:",
    }
    assert {name: row[name] for name in KINDS} == dict.fromkeys(KINDS) | answered
    rest = {name: cell for name, cell in row.items() if name not in KINDS}
    assert {name: cell for name, cell in rest.items() if not name.startswith("policy_")} == {
        "received_on": date(2026, 3, 2),
        "status": "reviewed",
        "first_reviewed_on": date(2026, 3, 3),
        "outcome": "positive",
        "outcome_basis": "self_reported_not_a_diagnosis",
        "urgency": "urgent",
        "language": "en",
        "visit": 2,
        "is_demonstration": True,
        "questionnaire_version": "1.3",
        "rules_version": "1.3",
        "headache_days_per_30": pytest.approx(150 / 7),
        "headache_days_status": "met",
        "headache_days_borderline": False,
        "migraine_days_per_30": pytest.approx(135 / 14),
        "migraine_days_status": "met",
        "migraine_days_borderline": False,
        "duration_months": 4.5,
        "duration_status": "met",
        "duration_borderline": False,
        "migraine_features_a": "cannot_tell",
        "migraine_features_b": "cannot_tell",
        "migraine_features_c": "cannot_tell",
        "migraine_features_d": "cannot_tell",
        "migraine_features_status": "cannot_tell",
        "contradictions": "none",
        "medication_overuse_status": "likely",
        "medication_overuse_triptan": "likely",
        "medication_overuse_ergot": "cannot_tell",
        "medication_overuse_opioid": "cannot_tell",
        "medication_overuse_combination_analgesic": "cannot_tell",
        "medication_overuse_simple_analgesic": "cannot_tell",
        "medication_overuse_several_classes": None,
        "preventive_medicines": 2,
        "preventive_classes": 2,
        "confirmed_diagnosis": "chronic_migraine",
    }
    assert rest["policy_ichd-3-1.3"] == "met:3;not_met:0;missing:1"


def test_what_was_not_asked_or_cannot_be_told_is_an_empty_cell() -> None:
    row = cells(record_of(ScreeningAnswers()))
    empty = {name for name, cell in row.items() if cell is None}
    values = {"headache_days_per_30", "migraine_days_per_30", "duration_months"}
    counted = {"preventive_medicines", "preventive_classes"}
    assert empty == {*KINDS, *values, *counted, "first_reviewed_on", "confirmed_diagnosis"}


def test_numbers_are_numbers_and_flags_are_flags() -> None:
    row = cells(record_of(answers_from_mapping(ANSWERS)))
    numbers = {name for name, cell in row.items() if type(cell) in (int, float)}
    assert numbers == {
        *("age_years", "window_days", "headache_days", "migraine_days", "triptan_days", "visit"),
        *("months_at_this_frequency", "months_of_acute_medication_use", "duration_months"),
        *("headache_days_per_30", "migraine_days_per_30", "preventive_medicines", "preventive_classes"),
    }
    flags = {name for name, cell in row.items() if isinstance(cell, bool)}
    assert flags == {"is_demonstration"} | {name for name in row if name.endswith("_borderline")}


def test_an_assessment_of_the_first_rules_leaves_the_later_columns_empty() -> None:
    record = record_of(answers_from_mapping(ANSWERS))
    first = {
        name: part
        for name, part in record.screening.assessment.items()
        if name not in ("migraine_features", "medication_overuse", "policies")
    }
    old = ScreeningRecord(record.screening, opened_assessment(first, record.screening.answers), [], [], None)
    row = cells(old)
    later = ("migraine_features_", "medication_overuse_", "policy_")
    empty = [cell for name, cell in row.items() if name.startswith(later) and name not in KINDS]
    assert empty == [None] * len(empty)
    assert row["outcome"] == "positive"


def test_a_policy_that_was_not_compared_then_is_an_empty_cell() -> None:
    record = record_of(answers_from_mapping(ANSWERS))
    row = cells(record, policy_ids=["our-clinic", "us-fda-botox-label"])
    policies = {name: cell for name, cell in row.items() if name.startswith("policy_")}
    assert list(policies) == ["policy_our-clinic", "policy_us-fda-botox-label"]
    assert policies["policy_our-clinic"] is None
    assert re.fullmatch(r"met:\d+;not_met:\d+;missing:\d+", str(policies["policy_us-fda-botox-label"]))


@given(screening_answers())
@settings(deadline=None, max_examples=50)
def test_the_counts_of_a_policy_are_those_of_its_requirements(answers: ScreeningAnswers) -> None:
    record = record_of(answers)
    row = cells(record)
    for policy in record.assessment.policies:
        counts = dict(each.split(":") for each in str(row[f"policy_{policy.id}"]).split(";"))
        statuses = [str(each.status) for each in policy.requirements]
        assert {name: int(count) for name, count in counts.items()} == {
            name: statuses.count(name) for name in ("met", "not_met", "missing")
        }


def test_days_are_those_of_the_clinic() -> None:
    record = record_of(ScreeningAnswers(), REVIEWS)
    row = cells(record, with_text=True, zone=ZoneInfo("Pacific/Auckland"))
    assert (row["received_on"], row["first_reviewed_on"]) == (date(2026, 3, 3), date(2026, 3, 4))
    received = row["received_at"]
    assert isinstance(received, datetime)
    assert received.isoformat() == "2026-03-03T12:30:00+13:00"


# --- what is left out -----------------------------------------------------------------------------


CODES: Final = re.compile(r"[a-z0-9_.:;]+")


@given(screening_answers(), st.sampled_from(HOSTILE_TEXTS))
@settings(deadline=None)
def test_without_text_every_cell_is_a_code_a_number_a_day_or_a_flag(
    answers: ScreeningAnswers, typed: str
) -> None:
    reviews = (review(1, ScreeningStatus.REVIEWED, typed, diagnosis=ConfirmedDiagnosis.OTHER),)
    for cell in cells(record_of(answers, reviews, assigned_to=typed)).values():
        assert not isinstance(cell, datetime)
        assert not isinstance(cell, str) or CODES.fullmatch(cell)


def test_with_text_what_was_typed_and_the_minute_come_last() -> None:
    record = record_of(answers_from_mapping(ANSWERS), REVIEWS, assigned_to="Dr Ada")
    without, row = cells(record), cells(record, with_text=True)
    assert list(row)[: len(without)] == list(without)
    assert {name: cell for name, cell in row.items() if name not in without} == {
        "received_at": datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
        "assigned_to": "Dr Ada",
        "preventives_as_typed": "=my own tea",
        "review_notes": (
            "2026-03-03 23:30 Dr Ada (needs_contact): call back\n"
            "2026-03-05 23:30 Dr Ada (reviewed): @later\nsecond line"
        ),
    }


def test_with_text_nothing_typed_is_an_empty_cell() -> None:
    row = cells(record_of(ScreeningAnswers()), with_text=True)
    assert [row[name] for name in ("assigned_to", "preventives_as_typed", "review_notes")] == [None] * 3


# --- names ----------------------------------------------------------------------------------------


def test_every_answer_has_a_column_and_no_name_comes_twice() -> None:
    names = [column.name for column in columns(with_text=True)]
    assert set(KINDS) < set(names)
    assert len(names) == len(set(names))
    assert [name for name in names if name.startswith("policy_")] == [
        f"policy_{policy.id}" for policy in shipped_policies()
    ]


def test_the_document_names_every_column_in_its_order() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    answers = text[text.index("## The answers") : text.index("## What the rules say")]
    assert re.findall("`([^`]+)`", answers)[: len(KINDS)] == list(KINDS)
    described = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    names = [column.name for column in columns(with_text=True, policy_ids=["ID"])]
    assert described == [name for name in names if name not in KINDS]


# --- back again -----------------------------------------------------------------------------------


def taken_back(record: ScreeningRecord) -> ScreeningAnswers:
    """The answer columns of the record's line of CSV, as the command `assess` reads them."""
    of = columns(with_text=False)
    text = b"".join(csv_lines([row_of(record, of)], of)).decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text, newline=""))
    return answers_from_texts({name: line[name] for name in KINDS})


def said(assessment: Assessment) -> dict[str, Any]:
    """All that does not hang on parts of a trial that have no place in a CSV file."""
    named = ("outcome", "criteria", "urgency", "red_flags", "look_alikes", "medication_overuse")
    return {name: getattr(assessment, name) for name in (*named, "migraine_features", "red_flags_not_sure")}


@given(screening_answers())
@settings(deadline=None)
def test_a_row_taken_back_gives_the_same_answers_and_outcome(answers: ScreeningAnswers) -> None:
    back = taken_back(record_of(answers))
    assert said(assess(back, "1.3")) == said(assess(answers, "1.3"))
    for name in KINDS:
        if name != "preventives":
            assert getattr(back, name) == getattr(answers, name)


@given(screening_answers())
@settings(deadline=None)
def test_trials_come_back_with_medicine_weeks_and_result(answers: ScreeningAnswers) -> None:
    back, given_ = taken_back(record_of(answers)).preventives, answers.preventives
    if not isinstance(given_, tuple):
        assert back == given_
        return
    assert isinstance(back, tuple)
    assert [(each.medicine, each.weeks, each.result) for each in back] == [
        (each.medicine, each.weeks, each.result) for each in given_
    ]


def test_a_file_of_answer_columns_is_read_as_a_cohort() -> None:
    people = [answers_from_mapping(ANSWERS), ScreeningAnswers(), answers_from_mapping({"headache_days": 3})]
    of = [column for column in columns(with_text=False) if column.name in KINDS]
    rows = (row_of(record_of(person), of) for person in people)
    file = io.StringIO(b"".join(csv_lines(rows, of)).decode("utf-8"), newline="")
    read = list(read_csv(file))
    assert all(isinstance(row, GoodRow) for row in read)
    outcomes = [assess(row.answers, "1.3").outcome for row in read if isinstance(row, GoodRow)]
    assert outcomes == ["positive", "cannot_tell", "negative"]
