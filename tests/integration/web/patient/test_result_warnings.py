"""Warning signs on the result: before anything else, with whom to call in the clinic's country."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.codes import RedFlagCode, Urgency
from app.domain.red_flags import OTHER_CODES, URGENCY
from app.questionnaire.labels import RED_FLAGS
from app.storage.store import Store
from config import Settings
from tests.integration.web.patient.result_page import (
    before_heading,
    card,
    headings,
    numbers_to_call,
    part,
    result_of,
)
from tests.support.client import WebClient
from tests.support.journeys import (
    BORDERLINE,
    EMERGENCY,
    EMERGENCY_PAGE,
    NEGATIVE,
    POSITIVE,
    RESULT,
    SAFETY,
    WITH_RESULT,
    walk_to,
)
from tests.support.page import text as words
from tests.support.product import Product

NEXT = "What to do next"
TODAY, SOON, AT_ONCE = "See a clinician today", "Make an appointment soon", "When to get help at once"
NO_CALL_BACK = "The clinic cannot call you: it does not know who you are."
TODAY_NEXT = "Today: see or call a clinician about the warning sign above."
UNSURE = "You were not sure about a warning sign."
CALL_A_DOCTOR = (
    "Call your doctor today. When the office is closed, "
    "call the doctor on duty or the nurse line where you live."
)
In = Callable[[str], WebClient]


def with_signs(*codes: str, **changes: Any) -> dict[str, Any]:
    return {**POSITIVE, "red_flags": list(codes), **changes}


@pytest.fixture
def living_in(settings: Settings, sqlite_store: Store, product: Product) -> In:
    """A browser at a clinic of this country."""
    return lambda country: WebClient(product.make(replace(settings, country=country), sqlite_store))


# --- which signs, and where -----------------------------------------------------------------------


@pytest.mark.parametrize("code", [each for each in OTHER_CODES if URGENCY[each] is Urgency.URGENT])
def test_an_urgent_sign_stands_before_the_outcome(
    code: RedFlagCode, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, with_signs(code.value))
    first = before_heading(page)
    assert first.startswith(TODAY)
    assert "You ticked a sign that someone should look at today:" in first
    assert str(RED_FLAGS[code]) in first
    assert SOON not in page.main
    assert UNSURE not in page.main
    assert part(page, NEXT).startswith(f"{NEXT} {TODAY_NEXT}")
    assert page.h1 == "Your answers match the pattern of chronic migraine"


def test_a_sign_to_see_to_soon_stands_before_the_outcome_and_is_not_for_today(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, with_signs("recent_change_of_pattern"))
    first = before_heading(page)
    assert first.startswith(SOON)
    assert str(RED_FLAGS[RedFlagCode.RECENT_CHANGE_OF_PATTERN]) in first
    assert TODAY not in page.main
    assert TODAY_NEXT not in page.main
    assert NO_CALL_BACK not in page.main
    assert not numbers_to_call(card(page, SOON))


def test_what_is_for_today_stands_before_what_is_for_soon(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    signs = ("recent_change_of_pattern", "onset_after_50", "double_vision")
    first = before_heading(result_of(patient_client, sqlite_store, with_signs(*signs)))
    places = [first.index(str(each)) for each in (TODAY, RED_FLAGS[RedFlagCode.ONSET_AFTER_50], SOON)]
    assert places == sorted(places)
    assert str(RED_FLAGS[RedFlagCode.DOUBLE_VISION]) in first[: first.index(SOON)]


@pytest.mark.parametrize("group", ["emergency", "other"])
def test_being_unsure_of_a_sign_is_for_today(
    group: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    answers = {**POSITIVE, "red_flags": "not_sure", "unsure_red_flags": [group]}
    page = result_of(patient_client, sqlite_store, answers)
    first = before_heading(page)
    assert first.startswith(f"{TODAY} {UNSURE}")
    assert "You ticked a sign" not in page.main
    assert TODAY_NEXT in part(page, NEXT)
    assert numbers_to_call(card(page, TODAY)) == ["111"]


def test_being_unsure_beside_a_sign_for_soon_shows_both(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    answers = with_signs("recent_change_of_pattern", unsure_red_flags=["emergency"])
    first = before_heading(result_of(patient_client, sqlite_store, answers))
    assert first.index(TODAY) < first.index(UNSURE) < first.index(SOON)


@pytest.mark.parametrize("name", ["positive", "borderline", "negative", "cannot_tell"])
def test_without_a_sign_nothing_stands_before_the_outcome(
    name: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, WITH_RESULT[name][0])
    assert before_heading(page) == ""
    assert {TODAY, SOON}.isdisjoint(headings(page))
    assert TODAY_NEXT not in page.main
    assert NO_CALL_BACK not in page.main


@pytest.mark.parametrize("answers", [POSITIVE, BORDERLINE, NEGATIVE], ids=["positive", "close", "negative"])
def test_a_sign_changes_no_outcome(
    answers: dict[str, Any], patient_client: WebClient, sqlite_store: Store
) -> None:
    plain = result_of(patient_client, sqlite_store, answers).h1
    patient_client.open("/")
    signed = {**answers, "red_flags": ["onset_after_50", "recent_change_of_pattern"]}
    assert result_of(patient_client, sqlite_store, signed).h1 == plain


def test_the_pages_themselves_lead_to_the_same_warning(patient_client: WebClient) -> None:
    page = walk_to(patient_client, with_signs("onset_after_50"))
    assert page.address == RESULT
    assert before_heading(page).startswith(TODAY)


# --- whom to call ---------------------------------------------------------------------------------

ADVICE = {
    "GB": (
        ["111"],
        "Call NHS 111",
        "Or call your doctor: this line does not serve every part of the country.",
    ),
    "AU": (["1800633422"], "Call 1800MEDICARE on 1800 633 422", "Or call your doctor."),
    "NZ": (["0800611116"], "Call Healthline on 0800 611 116", "Or call your doctor."),
    "CA": (["811"], "Call 811", "Or call your doctor: this line does not serve every part of the country."),
    "DE": (["116117"], "Call 116117", "Or call your doctor."),
    "AT": (["1450"], "Call 1450", "Or call your doctor."),
    "US": ([], CALL_A_DOCTOR, CALL_A_DOCTOR),
    "IE": ([], CALL_A_DOCTOR, CALL_A_DOCTOR),
    "FR": ([], CALL_A_DOCTOR, CALL_A_DOCTOR),
    "BR": ([], CALL_A_DOCTOR, CALL_A_DOCTOR),
    "": ([], CALL_A_DOCTOR, CALL_A_DOCTOR),
}


@pytest.mark.parametrize("country", ADVICE)
def test_the_line_for_today_is_that_of_the_country(country: str, living_in: In, sqlite_store: Store) -> None:
    numbers, line, doctor = ADVICE[country]
    page = result_of(living_in(country), sqlite_store, with_signs("onset_after_50"))
    shown = card(page, TODAY)
    assert numbers_to_call(shown) == numbers
    assert line in words(shown)
    assert words(shown).endswith(f"{doctor} {NO_CALL_BACK}")


AT_ONCE_NUMBERS = {
    "GB": ["999"],
    "US": ["911"],
    "CA": ["911"],
    "AU": ["000"],
    "NZ": ["111"],
    "IE": ["112", "999"],
    "FR": ["112"],
}


@pytest.mark.parametrize("country", AT_ONCE_NUMBERS)
def test_the_emergency_number_is_that_of_the_country_and_no_other(
    country: str, living_in: In, sqlite_store: Store
) -> None:
    client = living_in(country)
    page = result_of(client, sqlite_store, POSITIVE)
    assert numbers_to_call(card(page, AT_ONCE)) == AT_ONCE_NUMBERS[country]
    assert "Call your local emergency number." not in page.main
    stop = client.open(EMERGENCY_PAGE)
    assert numbers_to_call(stop.html) == AT_ONCE_NUMBERS[country]


@pytest.mark.parametrize("country", ["", "BR"])
def test_where_the_number_is_not_known_every_known_one_is_named_with_its_place(
    country: str, living_in: In, sqlite_store: Store
) -> None:
    page = result_of(living_in(country), sqlite_store, POSITIVE)
    shown = part(page, AT_ONCE)
    assert numbers_to_call(card(page, AT_ONCE)) == ["112", "999", "911", "000", "111"]
    assert "Call your local emergency number." in shown
    for line in (
        "European Union: 112",
        "United Kingdom: 999",
        "United States and Canada: 911",
        "Australia: 000",
        "New Zealand: 111",
    ):
        assert line in shown


# --- an emergency ---------------------------------------------------------------------------------


def test_an_emergency_ends_in_advice_and_shows_no_result(patient_client: WebClient) -> None:
    page = walk_to(patient_client, EMERGENCY, EMERGENCY_PAGE)
    assert page.h1 == "Get help now"
    assert numbers_to_call(page.html) == ["999"]
    for sentence in (
        "What you ticked can be an emergency",
        "If you are in a clinic, tell the nearest member of staff now.",
        "Say which sign you have, and when it began.",
        "Do not wait for the clinic: it cannot call you.",
    ):
        assert sentence in page.main
    for word in ("migraine", "pattern", "days"):
        assert word not in page.main.lower()
    assert page.main.index("Do not wait") < page.main.index("your reference code"), "help comes first"
    assert patient_client.open(RESULT).address == EMERGENCY_PAGE


def test_every_result_says_which_signs_are_an_emergency(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, NEGATIVE)
    shown = part(page, AT_ONCE)
    assert "Get help at once for any of these, when it is new:" in shown
    for code, urgency in URGENCY.items():
        assert (str(RED_FLAGS[code]) in shown) == (urgency is Urgency.EMERGENCY), code
    assert patient_client.open(SAFETY).address == RESULT
