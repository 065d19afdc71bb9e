"""The pages of the core journey: what each takes and what each says."""

from typing import Any, Final

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.codes import LookAlike
from app.domain.red_flags import EMERGENCY_CODES, OTHER_CODES
from app.questionnaire.forms import (
    AskNowForm,
    AskTodayForm,
    EmergencyCheckForm,
    HeadacheDaysForm,
    HowLongForm,
    OtherSignsForm,
    PreventivesForm,
)
from app.questionnaire.page import PageForm

DAYS: Final = {"headache_days": "20", "migraine_days": "12", "counted_from": "memory"}


def received(form: type[PageForm], **posted: Any) -> PageForm:
    page = form.received(MultiDict({name.replace("__", "-"): value for name, value in posted.items()}))
    page.validate()
    return page


def errors_of(page: PageForm) -> dict[str, str]:
    """Field and sentence; no field has two."""
    found = [(name, str(sentence)) for name, sentence in page.errors_in_order]
    assert len(dict(found)) == len(found), found
    return dict(found)


# --- warning signs --------------------------------------------------------------------------------

SIGN_PAGES: Final = ((EmergencyCheckForm, "red_flags"), (OtherSignsForm, "other_red_flags"))
MISSING_SIGN: Final = "Tick each sign that is true for you, or choose “None of these”"


def offered(form: type[PageForm], name: str) -> list[str]:
    field: Any = form()[name]
    return [option.value for option in field.options]


def test_the_safety_check_offers_every_emergency_sign_none_and_not_sure() -> None:
    expected = [*(code.value for code in EMERGENCY_CODES), "none", "not_sure"]
    assert offered(EmergencyCheckForm, "red_flags") == expected


def test_the_second_page_offers_every_other_sign_none_and_not_sure() -> None:
    expected = [*(code.value for code in OTHER_CODES), "none", "not_sure"]
    assert offered(OtherSignsForm, "other_red_flags") == expected


@pytest.mark.parametrize(
    ("ticked", "answer"),
    [
        (["none"], []),
        (["double_vision", "onset_after_50"], ["double_vision", "onset_after_50"]),
        (["not_sure"], "not_sure"),
    ],
)
def test_the_second_page_takes_its_answers(ticked: list[str], answer: Any) -> None:
    page = received(OtherSignsForm, other_red_flags=ticked)
    assert errors_of(page) == {}
    assert page.answers() == {"other_red_flags": answer}


@pytest.mark.parametrize("ticked", [[], ["loss_of_vision"], ["<b>"]])
def test_the_second_page_wants_an_answer_it_offers(ticked: list[str]) -> None:
    assert errors_of(received(OtherSignsForm, other_red_flags=ticked)) == {"other_red_flags": MISSING_SIGN}


@pytest.mark.parametrize(
    ("ticked", "answer"),
    [
        (["none"], []),
        (["loss_of_vision", "painful_red_eye"], ["loss_of_vision", "painful_red_eye"]),
        (["not_sure"], "not_sure"),
    ],
)
def test_the_safety_check_takes_its_answers(ticked: list[str], answer: Any) -> None:
    page = received(EmergencyCheckForm, red_flags=ticked)
    assert errors_of(page) == {}
    assert page.answers() == {"red_flags": answer}


@pytest.mark.parametrize("ticked", [[], ["double_vision"], ["<b>"]])
def test_the_safety_check_wants_an_answer_it_offers(ticked: list[str]) -> None:
    assert errors_of(received(EmergencyCheckForm, red_flags=ticked)) == {"red_flags": MISSING_SIGN}


@pytest.mark.parametrize(
    ("form", "name"), [(AskNowForm, "safety_advice"), (AskTodayForm, "today_advice")], ids=["now", "today"]
)
def test_a_page_of_advice_asks_nothing_and_is_answered_by_being_read(form: type[Any], name: str) -> None:
    page = received(form)
    assert errors_of(page) == {}
    assert page.answers() == {name: "read"}
    assert list(page.questions) == []


def test_each_page_of_signs_asks_in_words_of_its_own() -> None:
    labels = [str(form()[name].label.text) for form, name in SIGN_PAGES]
    assert labels == [
        "Is any of these happening now, or new in the last few days?",
        "Do you have any of these other warning signs?",
    ]


@pytest.mark.parametrize(("form", "name"), SIGN_PAGES, ids=["emergency", "other"])
def test_a_sign_sent_twice_is_taken_once(form: type[Any], name: str) -> None:
    codes = [option.value for option in form()[name].options][:2]
    assert received(form, **{name: [*codes, codes[0]]}).answers() == {name: codes}


# --- headache days --------------------------------------------------------------------------------


def test_headache_days_take_their_answers() -> None:
    page = received(HeadacheDaysForm, **DAYS)
    assert errors_of(page) == {}
    assert page.answers() == {
        "headache_days": 20,
        "migraine_days": 12,
        "counted_from": "memory",
    }


def test_an_empty_page_of_days_names_every_answer_that_is_missing() -> None:
    assert errors_of(received(HeadacheDaysForm)) == {
        "headache_days": "Enter the number of headache days, or choose “I am not sure”",
        "migraine_days": "Enter the number of migraine days, or choose “I am not sure”",
        "counted_from": "Choose how you counted",
    }


@pytest.mark.parametrize(
    ("headache", "migraine", "is_fine"),
    [("15", "15", True), ("15", "16", False), ("0", "1", False), ("0", "0", True)],
)
def test_migraine_days_are_at_most_the_headache_days(headache: str, migraine: str, is_fine: bool) -> None:
    page = received(HeadacheDaysForm, headache_days=headache, migraine_days=migraine, counted_from="diary")
    sentence = f"Migraine days cannot be more than headache days ({headache})"
    assert errors_of(page) == ({} if is_fine else {"migraine_days": sentence})


@pytest.mark.parametrize(
    "posted",
    [
        {"headache_days__not__sure": "yes", "migraine_days": "12"},
        {"headache_days": "5", "migraine_days__not__sure": "yes"},
    ],
)
def test_days_that_are_not_sure_are_not_compared(posted: dict[str, str]) -> None:
    assert errors_of(received(HeadacheDaysForm, counted_from="memory", **posted)) == {}


@pytest.mark.parametrize("name", ["headache_days", "migraine_days"])
def test_days_are_at_most_30(name: str) -> None:
    sentence = "Enter a number from 0 to 30. You are counting the last 30 days"
    posted = {"headache_days": "30", "migraine_days": "0", "counted_from": "memory", name: "31"}
    assert errors_of(received(HeadacheDaysForm, **posted)) == {name: sentence}


def test_an_impossible_number_of_migraine_days_gets_one_sentence() -> None:
    posted = {**DAYS, "headache_days": "10", "migraine_days": "31"}
    page = received(HeadacheDaysForm, **posted)
    assert len(page.errors_in_order) == 1


def test_a_wrong_number_of_headache_days_is_not_compared() -> None:
    page = received(HeadacheDaysForm, **{**DAYS, "headache_days": "ten"})
    assert errors_of(page) == {"headache_days": "Enter the number in digits, such as 12"}


# --- how long -------------------------------------------------------------------------------------

NO_LOOK_ALIKE: Final = "Tick what is true of your headaches, or choose “None of these”"


@pytest.mark.parametrize(
    ("typed", "unit", "months"),
    [("3", "months", 3), ("2.5", "months", 2.5), ("2", "years", 24), ("0.5", "months", 0.5)],
)
def test_how_long_takes_months_and_years(typed: str, unit: str, months: float) -> None:
    page = received(
        HowLongForm,
        months_at_this_frequency=typed,
        months_at_this_frequency__unit=unit,
        look_alikes="none",
    )
    assert errors_of(page) == {}
    assert page.answers() == {"months_at_this_frequency": months, "look_alikes": []}


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "Enter how long it has been like this, or choose “I am not sure”"),
        ({"months_at_this_frequency": "3"}, "Choose months or years"),
        (
            {"months_at_this_frequency": "101", "months_at_this_frequency__unit": "years"},
            "Enter at most 100 years",
        ),
    ],
)
def test_how_long_says_what_is_missing(posted: dict[str, str], sentence: str) -> None:
    assert errors_of(received(HowLongForm, look_alikes="not_sure", **posted)) == {
        "months_at_this_frequency": sentence
    }


def test_an_empty_page_of_how_long_names_both_answers() -> None:
    assert errors_of(received(HowLongForm)) == {
        "months_at_this_frequency": "Enter how long it has been like this, or choose “I am not sure”",
        "look_alikes": NO_LOOK_ALIKE,
    }


def test_every_look_alike_is_offered_with_none_and_not_sure() -> None:
    assert offered(HowLongForm, "look_alikes") == [*(code.value for code in LookAlike), "none", "not_sure"]


@pytest.mark.parametrize(
    ("ticked", "answer"),
    [
        (["none"], []),
        (["constant_from_first_day"], ["constant_from_first_day"]),
        ([code.value for code in LookAlike], [code.value for code in LookAlike]),
        (["not_sure"], "not_sure"),
    ],
)
def test_look_alikes_are_taken(ticked: list[str], answer: Any) -> None:
    page = received(HowLongForm, months_at_this_frequency__not__sure="yes", look_alikes=ticked)
    assert page.answers()["look_alikes"] == answer


# --- preventives ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "answer"),
    [("yes", None), ("no", []), ("not_sure", "not_sure")],
)
def test_whether_any_preventive_was_tried(chosen: str, answer: Any) -> None:
    page = received(PreventivesForm, preventives=chosen)
    assert errors_of(page) == {}
    assert page.answers() == {"preventives": answer}


def test_preventives_want_a_choice() -> None:
    expected = {"preventives": "Choose yes, no, or “I am not sure”"}
    assert errors_of(received(PreventivesForm)) == expected
    assert errors_of(received(PreventivesForm, preventives="perhaps")) == expected
    assert received(PreventivesForm).answers() == {"preventives": None}


@pytest.mark.parametrize("chosen", ["yes", "no", "not_sure"])
def test_medicines_that_were_named_are_not_dropped_by_another_choice(chosen: str) -> None:
    named = {"preventives": [{"key": "k", "medicine": "topiramate"}]}
    assert received(PreventivesForm, preventives=chosen).applied_to(named) == named


def test_a_choice_takes_the_place_of_the_one_before() -> None:
    page = received(PreventivesForm, preventives="no")
    before = {"headache_days": 20, "preventives": "not_sure"}
    assert page.applied_to(before) == {"headache_days": 20, "preventives": []}


def test_a_page_changes_its_own_answers_alone() -> None:
    before = {"red_flags": [], "headache_days": 1}
    assert received(HeadacheDaysForm, **DAYS).applied_to(before) == {
        "red_flags": [],
        "headache_days": 20,
        "migraine_days": 12,
        "counted_from": "memory",
    }


@pytest.mark.parametrize(
    ("stored", "chosen"),
    [
        (None, None),
        ([], "no"),
        ("not_sure", "not_sure"),
        ([{"medicine": "topiramate"}], None),
    ],
)
def test_a_stored_history_chooses_its_answer(stored: Any, chosen: str | None) -> None:
    page = PreventivesForm.showing({"preventives": stored})
    assert page.preventives.data == chosen


def test_errors_stand_in_the_order_of_the_page() -> None:
    names = [name for name, _ in received(HeadacheDaysForm).errors_in_order]
    assert names == ["headache_days", "migraine_days", "counted_from"]
