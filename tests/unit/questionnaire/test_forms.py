"""The pages of the journey: what each takes, what each says, and the words a patient may read."""

import re
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.domain.red_flags import EMERGENCY_CODES
from app.questionnaire.forms import (
    AskNowForm,
    EmergencyCheckForm,
    HeadacheDaysForm,
    HowLongForm,
    PreventivesForm,
)
from app.questionnaire.page import PageForm
from app.questionnaire.trial_forms import MedicineForm, TrialForm

FORMS: Final[tuple[type[PageForm], ...]] = (
    EmergencyCheckForm,
    AskNowForm,
    HeadacheDaysForm,
    HowLongForm,
    PreventivesForm,
    MedicineForm,
    TrialForm,
)
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


# --- safety check ---------------------------------------------------------------------------------


def test_the_safety_check_offers_every_emergency_sign_none_and_not_sure() -> None:
    [field] = EmergencyCheckForm().questions
    offered = [option.value for option in field.options]  # type: ignore[attr-defined]
    assert offered == [*(code.value for code in EMERGENCY_CODES), "none", "not_sure"]


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
    assert errors_of(received(EmergencyCheckForm, red_flags=ticked)) == {
        "red_flags": "Tick each sign that is true for you, or choose “None of these”"
    }


def test_the_advice_page_asks_nothing_and_is_answered_by_being_read() -> None:
    page = received(AskNowForm)
    assert errors_of(page) == {}
    assert page.answers() == {"safety_advice": "read"}
    assert list(page.questions) == []


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
    assert errors_of(page) == {"headache_days": "Enter the number in digits, such as 15"}


# --- how long -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "unit", "months"),
    [("3", "months", 3), ("2.5", "months", 2.5), ("2", "years", 24), ("0.5", "months", 0.5)],
)
def test_how_long_takes_months_and_years(typed: str, unit: str, months: float) -> None:
    page = received(HowLongForm, months_at_this_frequency=typed, months_at_this_frequency__unit=unit)
    assert errors_of(page) == {}
    assert page.answers() == {"months_at_this_frequency": months}


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
    assert errors_of(received(HowLongForm, **posted)) == {"months_at_this_frequency": sentence}


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


# --- every form -----------------------------------------------------------------------------------

OURS: Final = re.compile(r"^(Enter|Choose|Tick|Migraine days cannot be more) ")
SAY_NOT: Final = re.compile(r"please|invalid|this field|not a valid|required|error|oops|sorry", re.I)


def sentences(page: PageForm) -> list[str]:
    return [str(sentence) for _, sentence in page.errors_in_order]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_page_says_what_to_do(form: type[PageForm]) -> None:
    for sentence in sentences(received(form)):
        assert OURS.match(sentence), sentence
        assert not SAY_NOT.search(sentence), sentence


def every_field_name() -> list[str]:
    names = {field.name for form in FORMS for field in form()}
    return sorted(name + end for name in names for end in ("", "-not-sure", "-unit"))


@given(
    form=st.sampled_from(FORMS),
    posted=st.dictionaries(
        st.sampled_from(every_field_name()),
        st.text(max_size=12)
        | st.sampled_from(["15", "31", "-3", "2.25", "9" * 20, "yes", "years", "not_sure", "none"]),
    ),
)
@example(form=HeadacheDaysForm, posted={"headache_days": "15", "migraine_days": "31"})
@settings(deadline=None, max_examples=200)
def test_every_sentence_is_ours_and_each_field_has_at_most_one(
    form: type[PageForm], posted: dict[str, str]
) -> None:
    page = received(form, **posted)
    for sentence in sentences(page):
        assert OURS.match(sentence), sentence
        assert not SAY_NOT.search(sentence), sentence
    errors_of(page)


@pytest.mark.parametrize("form", FORMS)
def test_every_question_has_a_label_and_an_identifier_of_its_own(form: type[PageForm]) -> None:
    fields = list(form())
    assert all(str(field.label.text) for field in fields)
    assert len({field.id for field in fields}) == len(fields)
    assert str(form.title)


def test_errors_stand_in_the_order_of_the_page() -> None:
    names = [name for name, _ in received(HeadacheDaysForm).errors_in_order]
    assert names == ["headache_days", "migraine_days", "counted_from"]
