"""Medicine on many days: advice beside the result, never in its place, and never to stop at once."""

from typing import Any

import pytest

from app.domain import answers_from_mapping, assess
from app.domain.medication_overuse import OveruseStatus
from app.storage.store import Store
from tests.integration.web.patient.result_page import headings, part, result_of
from tests.support.client import WebClient
from tests.support.journeys import (
    BORDERLINE,
    CANNOT_TELL,
    CHECK,
    MEDICINE_PLAN,
    MEDICINES,
    NEGATIVE,
    NO_MEDICINE,
    POSITIVE,
    answers_of,
    fill_section,
    walk_to,
)

HEADING = "Medicine on many days"
NEVER = (
    "Do not stop on your own. Never stop an opioid, such as codeine, "
    "or a medicine with butalbital all at once. Talk to your clinician about how to take less."
)
LASTED = (
    "When this goes on for more than 3 months, the medicine itself can bring on more headaches. "
    "It is nobody’s fault, and it does not change the rest of this page."
)
NOT_YET = (
    "If this goes on for more than 3 months with frequent headaches, "
    "the medicine itself can bring on more of them."
)
NONE_TAKEN: dict[str, Any] = {
    "any_acute_medication_days": 0,
    "months_of_acute_medication_use": 12,
    **dict.fromkeys(
        (
            "triptan_days",
            "ergot_days",
            "gepant_or_ditan_days",
            "simple_analgesic_days",
            "combination_analgesic_days",
            "opioid_days",
        ),
        0,
    ),
}


def taking(answers: Any = POSITIVE, **changes: Any) -> dict[str, Any]:
    """These answers of somebody who takes some medicine, for a year unless it says otherwise."""
    return {**answers, **NONE_TAKEN, "any_acute_medication_days": 25, **changes}


LIKELY: dict[str, Any] = {"triptan_days": 12, "opioid_days": 10}
UNDER: dict[str, Any] = {"triptan_days": 9, "opioid_days": 0, "any_acute_medication_days": 9}
A_KIND_OPEN = {"opioid_days": "not_sure", "gepant_or_ditan_days": 5, "any_acute_medication_days": 14}
OPEN = ("under, months open", "under, a kind open", "a kind open")
LINES = {
    "triptan_days": (10, "Triptans"),
    "ergot_days": (10, "Ergots"),
    "opioid_days": (10, "Opioid pain medicine"),
    "combination_analgesic_days": (10, "Mixed painkillers"),
    "simple_analgesic_days": (15, "Simple painkillers"),
}


@pytest.mark.parametrize("name", LINES)
def test_advice_begins_exactly_at_the_line_of_each_class_and_names_it(
    name: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    line, called = LINES[name]
    page = result_of(patient_client, sqlite_store, taking(**{name: line}))
    shown = part(page, HEADING)
    assert f"{called}: on {line} days a month. The line is {line}." in shown
    others = [words for _, words in LINES.values() if words != called]
    assert not [each for each in others if f"{each}: on" in shown]
    below = taking(**{name: line - 1, "any_acute_medication_days": line - 1})
    assert HEADING not in headings(result_of(patient_client, sqlite_store, below))


def test_every_class_over_its_line_is_named(patient_client: WebClient, sqlite_store: Store) -> None:
    shown = part(result_of(patient_client, sqlite_store, taking(**LIKELY)), HEADING)
    assert "Triptans: on 12 days a month. The line is 10." in shown
    assert "Opioid pain medicine: on 10 days a month. The line is 10." in shown
    assert "Simple painkillers: on" not in shown


def test_several_kinds_together_are_named_as_that(patient_client: WebClient, sqlite_store: Store) -> None:
    some = {"triptan_days": 6, "simple_analgesic_days": 8, "any_acute_medication_days": 14}
    shown = part(result_of(patient_client, sqlite_store, taking(**some)), HEADING)
    assert "Several kinds together: on 14 days a month. The line is 10." in shown


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({}, OveruseStatus.LIKELY, LASTED),
        ({"months_of_acute_medication_use": 3.5}, OveruseStatus.LIKELY, LASTED),
        ({"months_of_acute_medication_use": 3}, OveruseStatus.WATCH, NOT_YET),
        ({"headache_days": 14, "migraine_days": 8}, OveruseStatus.WATCH, NOT_YET),
        ({"months_of_acute_medication_use": "not_sure"}, OveruseStatus.CANNOT_TELL, NOT_YET),
        ({"headache_days": "not_sure"}, OveruseStatus.CANNOT_TELL, NOT_YET),
        ({**UNDER, "months_of_acute_medication_use": "not_sure"}, OveruseStatus.NOT_LIKELY, ""),
        ({**UNDER, "opioid_days": "not_sure"}, OveruseStatus.NOT_LIKELY, ""),
        ({**UNDER, **A_KIND_OPEN}, OveruseStatus.CANNOT_TELL, ""),
        ({**UNDER}, OveruseStatus.NOT_LIKELY, ""),
        ({**NONE_TAKEN}, OveruseStatus.NOT_LIKELY, ""),
    ],
    ids=["likely", "just", "3 months", "14 days", "months open", "days open", *OPEN, "under", "none"],
)
def test_advice_is_there_once_the_days_reach_their_line_and_for_nothing_else(
    changes: dict[str, Any],
    status: OveruseStatus,
    sentence: str,
    patient_client: WebClient,
    sqlite_store: Store,
) -> None:
    answers = taking(**{**LIKELY, **changes})
    overuse = assess(answers_from_mapping(answers), "1.0").medication_overuse
    assert overuse is not None
    assert overuse.status is status
    page = result_of(patient_client, sqlite_store, answers)
    shown = part(page, HEADING)
    assert bool(shown) == bool(sentence)
    if sentence:
        assert sentence in shown
        assert (NOT_YET if sentence == LASTED else LASTED) not in shown
        assert NEVER in shown


def test_without_a_word_on_how_long_the_advice_names_the_classes_all_the_same(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    """Months are skipped, and nobody can tell the headache days."""
    answers = {name: value for name, value in taking(**LIKELY).items() if not name.startswith("months_of")}
    unsure = {**answers, "headache_days": "not_sure", "migraine_days": "not_sure"}
    for given in (answers, unsure):
        shown = part(result_of(patient_client, sqlite_store, given), HEADING)
        assert "Triptans: on 12 days a month. The line is 10." in shown
        assert "Opioid pain medicine: on 10 days a month. The line is 10." in shown
        assert (NOT_YET in shown, LASTED in shown, NEVER in shown) == (True, False, True)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({"any_acute_medication_days": 14}, None),
        ({"any_acute_medication_days": 15}, 15),
        ({"any_acute_medication_days": 30}, 30),
        ({"any_acute_medication_days": 25, "gepant_or_ditan_days": 10}, 15),
        ({"any_acute_medication_days": 25, "gepant_or_ditan_days": 11}, None),
        ({"any_acute_medication_days": "not_sure"}, None),
    ],
    ids=str,
)
def test_days_with_any_medicine_are_enough_where_the_kinds_were_left_open(
    given: dict[str, Any], days: int | None, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, {**POSITIVE, **given})
    shown = part(page, HEADING)
    assert bool(shown) == (days is not None)
    if days is not None:
        assert f"Medicine of any kind: on {days} days a month." in shown
        assert (NOT_YET in shown, LASTED in shown, NEVER in shown) == (True, False, True)


def test_one_kind_under_its_line_is_never_said_to_be_several(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    """Simple painkillers on 12 days are under their line of 15, and over that of several kinds."""
    alone = {"simple_analgesic_days": 12, "any_acute_medication_days": 12}
    for months in (12, 3, "not_sure"):
        page = result_of(patient_client, sqlite_store, taking(**alone, months_of_acute_medication_use=months))
        assert HEADING not in headings(page)


def test_without_an_answer_about_medicine_nothing_is_said(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    assert HEADING not in headings(result_of(patient_client, sqlite_store, POSITIVE))


@pytest.mark.parametrize(
    "answers",
    [
        POSITIVE,
        BORDERLINE,
        NEGATIVE,
        CANNOT_TELL,
        {**POSITIVE, "look_alikes": ["constant_from_first_day"]},
    ],
    ids=["positive", "close", "negative", "cannot tell", "look-alike"],
)
def test_the_outcome_is_the_same_with_and_without_overuse(
    answers: dict[str, Any], patient_client: WebClient, sqlite_store: Store
) -> None:
    with_it = result_of(patient_client, sqlite_store, taking(answers, **LIKELY))
    without = result_of(patient_client, sqlite_store, taking(answers, **NONE_TAKEN))
    assert HEADING in headings(with_it)
    assert HEADING not in headings(without)
    assert with_it.h1 == without.h1
    assert part(with_it, "How your answers compare") == part(without, "How your answers compare")


def test_whoever_takes_opioids_is_never_told_only_to_stop(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, taking(opioid_days=28, any_acute_medication_days=28))
    shown = part(page, HEADING)
    assert "Never stop an opioid, such as codeine, or a medicine with butalbital all at once." in shown
    assert "Stop taking" not in page.main


@pytest.mark.parametrize("months", [None, "not_sure"])
def test_the_pages_ask_for_a_plan_and_give_the_advice_whatever_the_months(
    months: str | None, patient_client: WebClient
) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    fill_section(
        patient_client, MEDICINES, {**answers_of(MEDICINES), "months_of_acute_medication_use": months}
    )
    assert MEDICINE_PLAN in patient_client.visited
    shown = part(patient_client.submit("Send my answers"), HEADING)
    assert "Triptans: on 10 days a month. The line is 10." in shown
    assert NOT_YET in shown


def test_the_pages_themselves_lead_to_the_advice(patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    fill_section(patient_client, MEDICINES, {**answers_of(MEDICINES), "triptan_days": 11})
    page = patient_client.submit("Send my answers")
    assert "Triptans: on 11 days a month. The line is 10." in part(page, HEADING)
