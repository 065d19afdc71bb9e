"""Adding a score or a course of treatment to a record: saved once, shown, or explained with nothing lost."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from app.domain.response import DayCount, TreatmentResponse
from app.domain.scores import RANGES, Instrument
from app.questionnaire.desk_labels import INSTRUMENTS
from app.services.clinical_review import open_record
from app.services.measures import latest_course, recorded_scores
from app.storage.models import ScreeningMeasure
from app.storage.store import Store
from tests.integration.web.clinic.record_page import (
    ADD_COURSE,
    ADD_SCORE,
    action_of,
    folded,
    record,
    screening_id_of,
    table,
)
from tests.support.accounts import CLINICIAN, COLLEAGUE, Doorkeeper
from tests.support.client import Page, WebClient
from tests.support.page import text as words
from tests.support.product import row_counts
from tests.support.screenings import NOON, add, minutes_after_noon

SCORE = {"instrument": "midas", "total": "21"}
COURSE = {"window_days": "30", "baseline": "20", "later": "14, 12, 9", "cycles": "2"}
FORMS = {"scores": (ADD_SCORE, SCORE), "courses": (ADD_COURSE, COURSE)}
each_form = pytest.mark.parametrize("part", FORMS)


def add_by_form(client: WebClient, part: str, status: int = 200, **fields: str) -> Page:
    """Fill in one of the two forms of the record that is open."""
    return client.submit(action_of(client.current, part), {**FORMS[part][1], **fields}, status=status)


def is_open(page: Page, part: str) -> bool:
    return folded(page, FORMS[part][0]).get("open") is not None


def paragraphs(page: Page) -> list[str]:
    return [words(each) for each in page.html.iter("p")]


# --- saving ---------------------------------------------------------------------------------------


def test_a_score_is_saved_with_its_meaning_author_and_time(
    clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = record(clinic_client, sqlite_store)
    assert "No score was entered." in page.main
    monkeypatch.setattr("app.clinic.measures.now", lambda: minutes_after_noon(90))
    page = add_by_form(clinic_client, "scores")
    assert page.address.endswith("?saved=score#saved")
    assert table(page, "Scores") == [["MIDAS", "21", "grade 4 of 4", CLINICIAN.name, "2 Mar 2026, 13:30"]]
    assert not is_open(page, "scores")
    assert page.values(action_of(page, "scores"))["total"] == [""]


@pytest.mark.parametrize("instrument", Instrument)
def test_both_ends_of_every_instrument_can_be_entered(
    instrument: Instrument, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    for total in RANGES[instrument]:
        page = add_by_form(clinic_client, "scores", instrument=instrument.value, total=str(total))
    shown = [(row[0], int(row[1])) for row in table(page, "Scores")]
    assert shown == [(str(INSTRUMENTS[instrument]), total) for total in reversed(RANGES[instrument])]


def test_the_newest_score_comes_first_with_the_name_of_each_author(
    clinic_client: WebClient, sqlite_store: Store, app: Flask, doorkeeper: Doorkeeper
) -> None:
    page = record(clinic_client, sqlite_store)
    add_by_form(clinic_client, "scores", total="1")
    colleague = doorkeeper.enter(app, sqlite_store, COLLEAGUE)
    colleague.open(page.address)
    page = add_by_form(colleague, "scores", total="2")
    assert [(row[1], row[3]) for row in table(page, "Scores")] == [
        ("2", COLLEAGUE.name),
        ("1", CLINICIAN.name),
    ]


def test_a_course_is_saved_and_a_newer_one_stands_above_it(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    record(clinic_client, sqlite_store)
    page = add_by_form(clinic_client, "courses")
    stored = latest_course(open_record(sqlite_store, screening_id_of(page)).measures)
    later = tuple(DayCount(days, 30) for days in (14, 12, 9))
    assert stored is not None
    assert stored.course == TreatmentResponse(DayCount(20, 30), later, 2)
    assert "Since, the oldest first: 14, 12, 9. Courses: 2." in page.main
    page = add_by_form(clinic_client, "courses", window_days="28", baseline="28", later="7", cycles="3")
    assert "Before: 28 in 28 days. Since, the oldest first: 7. Courses: 3." in page.main
    told = [line for line in paragraphs(page) if line.startswith("Before: ")]
    assert [line[:22] for line in told] == ["Before: 28 in 28 days.", "Before: 20 in 30 days."]
    assert all(f"Entered by {CLINICIAN.name}" in line for line in told)
    assert row_counts(sqlite_store)["screening_measures"] == 2


@each_form
def test_a_button_pressed_twice_adds_one(part: str, clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store)
    address = action_of(page, part)
    form = {**page.values(address), **FORMS[part][1]}
    for _ in range(3):
        assert clinic_client.post(address, form).status == 303
    assert row_counts(sqlite_store)["screening_measures"] == 1


@each_form
def test_an_entry_that_was_corrected_with_the_back_button_is_stored_beside_the_first(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    address = action_of(page, part)
    form = {**page.values(address), **FORMS[part][1]}
    corrected = {**form, **({"total": "22"} if part == "scores" else {"later": "14, 12, 8"})}
    for each in (form, form, corrected):
        assert clinic_client.post(address, each).status == 303
    page = clinic_client.open(page.address)
    assert row_counts(sqlite_store)["screening_measures"] == 2
    if part == "scores":
        assert sorted(row[1] for row in table(page, "Scores")) == ["21", "22"]
    else:
        assert "Since, the oldest first: 14, 12, 9." in page.main
        assert "Since, the oldest first: 14, 12, 8." in page.main


def test_every_form_of_a_page_has_an_entry_of_its_own_and_keeps_it_while_it_is_mended(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    def entries(page: Page) -> dict[str, str]:
        parts = ("reviews", *FORMS)
        return {part: page.values(action_of(page, part))["entry"][0] for part in parts}

    page = record(clinic_client, sqlite_store)
    first = entries(page)
    assert len(set(first.values())) == 3
    for part in first:
        clinic_client.open(page.address.partition("#")[0])
        before = entries(clinic_client.current)
        after = entries(clinic_client.submit(action_of(clinic_client.current, part), status=422))
        assert {name for name in after if after[name] == before[name]} == {part}
        assert len(set(after.values())) == 3


@pytest.mark.parametrize(("many", "said"), [(1, "1 entry cannot be read."), (2, "2 entries cannot be read.")])
def test_damaged_entries_are_counted_and_the_others_are_shown(
    many: int, said: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    assert "cannot be read" not in page.main
    for _ in range(many):
        add_by_form(clinic_client, "courses")
    with sqlite_store.database.writing() as session:
        session.execute(update(ScreeningMeasure).values(content=b"damaged"))
    page = add_by_form(clinic_client, "scores")
    assert said in paragraphs(page)
    assert len(table(page, "Scores")) == 1
    assert not [line for line in paragraphs(page) if line.startswith("Before: ")]
    assert page.h1 == "Screen positive"


def test_a_score_and_a_course_from_the_same_page_are_both_stored(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Two windows over one page: neither entry may be taken for the other one sent twice."""
    page = record(clinic_client, sqlite_store)
    for part, (_, fields) in FORMS.items():
        address = action_of(page, part)
        assert clinic_client.post(address, {**page.values(address), **fields}).status == 303
    stored = open_record(sqlite_store, screening_id_of(page)).measures
    assert len(recorded_scores(stored)) == 1
    assert latest_course(stored) is not None


@each_form
def test_the_number_of_an_entry_cannot_be_forged_into_a_failure(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = action_of(record(clinic_client, sqlite_store), part)
    numbers = ("", "x", "\x00", "<b>", "{}", "🧠", "x" * 5000)
    for forged in numbers:
        assert clinic_client.post(address, {"entry": forged}).status == 422, forged[:60]
        assert clinic_client.post(address, {**FORMS[part][1], "entry": forged}).status == 303, forged[:60]
    assert row_counts(sqlite_store)["screening_measures"] == len(numbers)


@each_form
def test_an_entry_keeps_the_place_in_the_list(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open(f"/clinic/screenings/{add(sqlite_store)}?status=done")
    assert "status=done" in add_by_form(clinic_client, part).address


@each_form
def test_an_author_and_a_time_cannot_be_forged(
    part: str, clinic_client: WebClient, sqlite_store: Store, app: Flask, doorkeeper: Doorkeeper
) -> None:
    other = doorkeeper.make(sqlite_store, COLLEAGUE)
    page = record(clinic_client, sqlite_store)
    forged: dict[str, Any] = {
        "clinician_id": str(other),
        "recorded_at": "2000-01-01",
        "screening_id": str(uuid4()),
        "kind": "course",
    }
    page = clinic_client.submit(action_of(page, part), FORMS[part][1], extra=forged)
    (stored,) = open_record(sqlite_store, screening_id_of(page)).measures
    assert stored.clinician_name == CLINICIAN.name
    assert stored.recorded_at > NOON.replace(year=2020)


# --- what is wrong --------------------------------------------------------------------------------

WRONG: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    ("scores", {"instrument": ""}, {"instrument": "Choose the instrument"}),
    ("scores", {"total": ""}, {"total": "Enter the total"}),
    ("scores", {"total": "271"}, {"total": "Enter a total from 0 to 270"}),
    ("scores", {"instrument": "hit_6", "total": "35"}, {"total": "Enter a total from 36 to 78"}),
    ("scores", {"total": "-1"}, {"total": "Enter 0 or a number above 0"}),
    ("scores", {"total": "2.5"}, {"total": "Enter a whole number"}),
    ("scores", {"total": "many"}, {"total": "Enter the number in digits, such as 12"}),
    ("courses", {"window_days": ""}, {"window_days": "Choose 28 or 30 days"}),
    ("courses", {"baseline": ""}, {"baseline": "Enter the headache days before treatment"}),
    ("courses", {"baseline": "0"}, {"baseline": "Enter at least 1 day: a fall from 0 cannot be told"}),
    ("courses", {"cycles": "0"}, {"cycles": "Enter at least 1 course"}),
    ("courses", {"baseline": "31"}, {"baseline": "Enter no more days than the period has"}),
    ("courses", {"later": ""}, {"later": "Enter the headache days of at least one period since"}),
    ("courses", {"later": "14, 31"}, {"later": "Enter no more days than the period has"}),
    (
        "courses",
        {"later": "14, x"},
        {"later": "Enter whole numbers with commas between them, such as 14, 12, 9"},
    ),
    ("courses", {"later": "1 " * 61}, {"later": "Enter at most 60 counts"}),
    ("courses", {"cycles": ""}, {"cycles": "Enter how many courses were given"}),
    ("courses", {"cycles": "101"}, {"cycles": "Enter at most 100 courses"}),
    (
        "courses",
        {"baseline": "x", "later": "-1", "cycles": "2.5"},
        {
            "baseline": "Enter the number in digits, such as 12",
            "later": "Enter whole numbers with commas between them, such as 14, 12, 9",
            "cycles": "Enter a whole number",
        },
    ),
)


@pytest.mark.parametrize(("part", "fields", "errors"), WRONG, ids=lambda value: str(value)[:50])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    part: str,
    fields: dict[str, str],
    errors: dict[str, str],
    clinic_client: WebClient,
    sqlite_store: Store,
) -> None:
    entry = record(clinic_client, sqlite_store).values(action_of(clinic_client.current, part))["entry"]
    page = add_by_form(clinic_client, part, 422, **fields)
    assert page.errors == errors
    assert page.title.startswith("Error: Screen positive")
    for name, sentence in errors.items():
        assert page.text_of(f"{name}-error") == f"Error: {sentence}"
    kept = page.values(action_of(page, part))
    for name, value in {**FORMS[part][1], **fields}.items():
        assert kept.get(name, [""]) == [value], name
    assert kept["entry"] == entry
    assert is_open(page, part), "the form with something to mend is folded away"
    assert row_counts(sqlite_store)["screening_measures"] == 0


@each_form
def test_after_mending_what_was_wrong_it_is_stored_once(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    record(clinic_client, sqlite_store)
    name = "total" if part == "scores" else "baseline"
    add_by_form(clinic_client, part, 422, **{name: "x"})
    add_by_form(clinic_client, part)
    assert row_counts(sqlite_store)["screening_measures"] == 1


@each_form
def test_an_error_in_one_form_leaves_the_others_as_they_are(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    record(clinic_client, sqlite_store)
    page = clinic_client.submit(action_of(clinic_client.current, part), status=422)
    other = next(each for each in FORMS if each != part)
    assert not is_open(page, other)
    assert not words(folded(page, FORMS[other][0])).count("Error:")
    assert not set(page.errors) & set(FORMS[other][1])
    assert "status" not in page.errors


def test_neither_form_offers_to_be_not_sure(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store)
    for part in FORMS:
        names = {each.get("name", "") for each in folded(page, FORMS[part][0]).iter("input")}
        assert not [name for name in names if name.endswith("-not-sure")]
