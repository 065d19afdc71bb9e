"""Each page of questions: shown, mended, saved, left backwards, and changed from the check page."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ASK_NOW,
    ASK_TODAY,
    CHECK,
    DAYS,
    HOW_LONG,
    NO_MEDICINE,
    NOT_SURE_EVERYWHERE,
    OTHER_SIGNS,
    POSITIVE,
    PREVENTIVES,
    SAFETY,
    Answers,
    fields_of,
    walk_to,
)
from tests.support.page import link_by_text
from tests.support.product import row_counts


@dataclass(frozen=True)
class Case:
    """One page: its heading, where Back and Continue lead, and other answers for a change."""

    address: str
    h1: str
    back: str
    after: str
    changed: dict[str, Any]
    answers: Answers = field(default_factory=lambda: NO_MEDICINE)


CASES = (
    Case(SAFETY, "First, a safety check", "/", OTHER_SIGNS, {"red_flags": ["none"]}),
    Case(ASK_NOW, "Ask someone now, before you go on", SAFETY, OTHER_SIGNS, {}, NOT_SURE_EVERYWHERE),
    Case(
        OTHER_SIGNS,
        "A few more signs",
        SAFETY,
        DAYS,
        {"other_red_flags": ["recent_change_of_pattern"]},
    ),
    Case(ASK_TODAY, "See a clinician today", OTHER_SIGNS, DAYS, {}, NOT_SURE_EVERYWHERE),
    Case(
        DAYS,
        "In the last 30 days",
        OTHER_SIGNS,
        HOW_LONG,
        {"headache_days": "16", "migraine_days": "3", "counted_from": "diary"},
    ),
    Case(
        HOW_LONG,
        "How long it has been like this",
        DAYS,
        PREVENTIVES,
        {
            "months_at_this_frequency": "2.5",
            "months_at_this_frequency-unit": "years",
            "look_alikes": ["constant_from_first_day"],
        },
    ),
    Case(PREVENTIVES, "Medicines to prevent headaches", HOW_LONG, CHECK, {"preventives": "not_sure"}),
)
QUESTIONS = tuple(case for case in CASES if case.changed)
each_page = pytest.mark.parametrize("case", CASES, ids=lambda case: case.address.rpartition("/")[2])
each_question = pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: case.address.rpartition("/")[2])


def days(headache: str = "18", migraine: str = "9", counted: str | None = "memory") -> dict[str, Any]:
    return {"headache_days": headache, "migraine_days": migraine, "counted_from": counted}


def refused(client: WebClient, fields: dict[str, Any]) -> Page:
    """The page shown again, having checked what must hold for every page with an error."""
    before = client.current.address
    page = client.submit("Continue", fields, status=422)
    assert page.address == before
    assert page.title.startswith("Error: ")
    for field_id, sentence in page.errors.items():
        assert page.text_of(f"{field_id}-error").removeprefix("Error: ") == sentence
    assert page.errors
    return page


# --- what holds for every page --------------------------------------------------------------------


@each_page
def test_a_page_shows_its_question(case: Case, patient_client: WebClient) -> None:
    page = walk_to(patient_client, case.answers, case.address)
    assert page.h1 == case.h1
    assert page.errors == {}
    assert not page.title.startswith("Error")


@each_page
def test_a_page_leads_back_to_the_one_before(case: Case, patient_client: WebClient) -> None:
    page = walk_to(patient_client, case.answers, case.address)
    assert link_by_text(page.html, "‹Back") == case.back


@each_page
def test_a_page_saves_its_answers_and_goes_on(case: Case, patient_client: WebClient) -> None:
    walk_to(patient_client, case.answers, case.address)
    fields = fields_of(case.address, case.answers)
    assert patient_client.submit("Continue", fields).address == case.after
    again = patient_client.open(case.address).values()
    for name, value in fields.items():
        expected = value if isinstance(value, list) else [str(value)]
        if name.startswith("months_at_this_frequency"):
            continue  # 24 months come back as 2 years
        assert again[name] == expected


@each_question
def test_an_empty_page_says_what_is_missing_beside_the_field(case: Case, patient_client: WebClient) -> None:
    page = walk_to(patient_client, case.answers, case.address)
    page = refused(patient_client, {name: None for name in page.values() if name != "csrf_token"})
    assert all(sentence.endswith(("”", "counted", "years")) for sentence in page.errors.values())


@each_question
def test_an_answer_changed_from_the_check_page_leads_back_to_it(
    case: Case, patient_client: WebClient
) -> None:
    walk_to(patient_client, case.answers, CHECK)
    page = patient_client.open(f"{case.address}?change=yes")
    assert link_by_text(page.html, "‹Back") == CHECK
    for name, value in fields_of(case.address, case.answers).items():
        if not name.startswith("months"):
            assert page.values()[name] == (value if isinstance(value, list) else [str(value)])
    page = patient_client.submit("Continue", case.changed)
    assert page.address == CHECK
    page = patient_client.open(case.address)
    for name, value in case.changed.items():
        if name.startswith("months"):
            continue  # 2.5 years come back as 30 months
        assert page.values()[name] == (value if isinstance(value, list) else [value])


@each_question
def test_an_error_while_changing_stays_a_change(case: Case, patient_client: WebClient) -> None:
    walk_to(patient_client, case.answers, CHECK)
    page = patient_client.open(f"{case.address}?change=yes")
    page = refused(patient_client, {name: None for name in page.values() if name != "csrf_token"})
    assert link_by_text(page.html, "‹Back") == CHECK
    assert patient_client.submit("Continue", case.changed).address == CHECK


@each_page
def test_a_page_without_a_journey_is_a_calm_404(case: Case, patient_client: WebClient) -> None:
    page = patient_client.open(case.address, status=404)
    assert page.h1 == "We cannot find your answers here"
    assert link_by_text(page.html, "Go to the first page") == "/"


@pytest.mark.requirement("PAT-17", part="the answers")
@each_page
def test_a_page_cannot_be_reached_before_its_turn(case: Case, patient_client: WebClient) -> None:
    patient_client.open("/")
    patient_client.submit("Start")
    assert patient_client.open(case.address).address == SAFETY
    token = patient_client.csrf_token
    page = patient_client.post(case.address, fields_of(case.address, case.answers), token=token)
    assert page.status in (303, 422)
    assert SAFETY in (case.address, page.location)


@pytest.mark.requirement("PAT-17", part="the answers")
@pytest.mark.parametrize("address", [CHECK, "/screening/submit", "/continue"])
def test_the_end_cannot_be_reached_before_the_questions(
    address: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, POSITIVE, HOW_LONG)
    if address == CHECK:
        assert patient_client.open(address).address == HOW_LONG
    else:
        assert patient_client.post(address).location == HOW_LONG
    assert row_counts(sqlite_store)["screenings"] == 0


def test_every_change_link_of_the_check_page_leads_to_its_question(patient_client: WebClient) -> None:
    page = walk_to(patient_client, POSITIVE, CHECK)
    links = [each.get("href", "") for each in page.html.iter("a") if "change=yes" in each.get("href", "")]
    assert len(links) == 8
    for address in links:
        opened = patient_client.open(address)
        fragment = address.partition("#")[2]
        ids = {element.get("id") for element in opened.html.iter()}
        assert fragment in ids or opened.address.startswith(PREVENTIVES)


def test_progress_counts_the_pages_and_the_check_page(patient_client: WebClient) -> None:
    for number, address in enumerate((SAFETY, OTHER_SIGNS, DAYS, HOW_LONG, PREVENTIVES), start=1):
        assert f"Step {number} of 6" in walk_to(patient_client, POSITIVE, address).main
    for address in (ASK_NOW, ASK_TODAY):
        assert "Step" not in walk_to(patient_client, NOT_SURE_EVERYWHERE, address).main


def test_the_core_questions_are_at_most_six_pages_with_the_check_page(patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    pages = set(patient_client.visited) - {"/", "/start"}
    assert len(pages) <= 6, pages


def test_becoming_sure_leaves_the_page_for_the_unsure(patient_client: WebClient) -> None:
    walk_to(patient_client, NOT_SURE_EVERYWHERE, ASK_NOW)
    patient_client.open(SAFETY)
    assert patient_client.submit("Continue", red_flags=["none"]).address == OTHER_SIGNS
    assert patient_client.open(ASK_NOW).address == OTHER_SIGNS


def test_becoming_unsure_at_the_check_page_shows_the_advice_first(patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    patient_client.open(f"{SAFETY}?change=yes")
    assert patient_client.submit("Continue", red_flags=["not_sure"]).address == f"{ASK_NOW}?change=yes"
    assert patient_client.submit("Continue").address == CHECK


# --- numbers --------------------------------------------------------------------------------------

TOO_MANY = "Enter a number from 0 to 30. You are counting the last 30 days"
DIGITS = "Enter the number in digits, such as 12"
ABOVE = "Enter 0 or a number above 0"
WHOLE = "Enter a whole number, such as 12. A part of a day counts as one day"


@pytest.mark.requirement("IO-04", part="values, contradictions and choices")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31", TOO_MANY),
        ("999999999999999999999", TOO_MANY),
        ("1" * 300, TOO_MANY),
        ("abc", DIGITS),
        ("fifteen", DIGITS),
        ("15 days", DIGITS),
        ("1e3", DIGITS),
        ("NaN", DIGITS),
        ("inf", DIGITS),
        ("0x1f", DIGITS),
        ("½", DIGITS),
        ("15/30", DIGITS),
        ("--3", DIGITS),
        ("<b>3</b>", DIGITS),
        ("' OR 1=1 --", DIGITS),
        ("{{7*7}}", DIGITS),
        ("-3", ABOVE),
        ("−3", ABOVE),
        ("15.5", WHOLE),
        ("15,5", WHOLE),
        ("0.1", WHOLE),
    ],
)
def test_an_impossible_number_of_days_is_refused_and_kept(
    typed: str, sentence: str, patient_client: WebClient
) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    page = refused(patient_client, days(headache=typed))
    assert page.errors["headache_days"] == sentence
    kept = page.values()
    assert kept["headache_days"][0] in (typed[:200], typed.replace("\x00", "\N{REPLACEMENT CHARACTER}"))
    assert kept["migraine_days"] == ["9"]
    assert kept["counted_from"] == ["memory"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  18 ", "18"),
        ("18\t", "18"),
        ("\N{NO-BREAK SPACE}18", "18"),
        ("１８", "18"),
        ("١٨", "18"),
        ("18.0", "18"),
        ("18,0", "18"),
        ("+18", "18"),
        ("018", "18"),
        ("30", "30"),
    ],
)
def test_a_number_is_understood_as_people_type_it(typed: str, stored: str, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    assert patient_client.submit("Continue", days(headache=typed)).address == HOW_LONG
    assert patient_client.open(DAYS).values()["headache_days"] == [stored]


def test_no_headache_day_at_all_is_an_answer(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    assert patient_client.submit("Continue", days("0", "0")).address == HOW_LONG
    assert patient_client.open(DAYS).values()["headache_days"] == ["0"]


@pytest.mark.requirement("IO-04", part="values, contradictions and choices")
def test_migraine_days_cannot_be_more_than_headache_days(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    page = refused(patient_client, days("8", "9"))
    assert page.errors == {"migraine_days": "Migraine days cannot be more than headache days (8)"}
    assert patient_client.submit("Continue", days("9", "9")).address == HOW_LONG


def test_a_number_and_not_sure_together_are_asked_about(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    page = refused(patient_client, {**days(), "headache_days-not-sure": "yes"})
    assert page.errors == {"headache_days": "Enter a number or choose “I am not sure”, not both"}
    assert page.values()["headache_days-not-sure"] == ["yes"]
    assert page.values()["headache_days"] == ["18"]


def test_every_error_of_a_page_is_said_at_once_and_in_order(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    page = refused(patient_client, days("", "31", None))
    assert list(page.errors) == ["headache_days", "migraine_days", "counted_from"]
    assert "Check 3 answers" in page.main


# --- how long -------------------------------------------------------------------------------------

MONTHS = "months_at_this_frequency"


@pytest.mark.parametrize(
    ("typed", "unit", "sentence"),
    [
        ("", "months", "Enter how long it has been like this, or choose “I am not sure”"),
        ("6", None, "Choose months or years"),
        ("6", "decades", "Choose months or years"),
        ("101", "years", "Enter at most 100 years"),
        ("1201", "months", "Enter at most 100 years"),
        ("1.3", "years", "Enter a whole number or a half, such as 2 or 2.5"),
        ("-1", "months", ABOVE),
        ("a while", "months", DIGITS),
    ],
)
def test_an_impossible_duration_is_refused(
    typed: str, unit: str | None, sentence: str, patient_client: WebClient
) -> None:
    walk_to(patient_client, POSITIVE, HOW_LONG)
    fields = {MONTHS: typed, "look_alikes": ["none"]}
    page = patient_client.submit("Continue", fields, extra={f"{MONTHS}-unit": unit}, status=422)
    assert page.errors == {MONTHS: sentence}
    assert page.values()[MONTHS] == [typed]
    assert page.values()["look_alikes"] == ["none"]


@pytest.mark.parametrize(
    ("typed", "unit", "shown"),
    [
        ("0.5", "months", "0.5 months"),
        ("1", "months", "1 month"),
        ("3", "months", "3 months"),
        ("18", "months", "18 months"),
        ("2,5", "years", "30 months"),
        ("24", "months", "2 years"),
        ("100", "years", "100 years"),
        ("0", "months", "0 months"),
    ],
)
def test_a_duration_is_shown_as_people_say_it(
    typed: str, unit: str, shown: str, patient_client: WebClient
) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    patient_client.open(f"{HOW_LONG}?change=yes")
    page = patient_client.submit("Continue", {MONTHS: typed, f"{MONTHS}-unit": unit})
    assert page.answers["For how long have you had headaches about this often?"] == shown
