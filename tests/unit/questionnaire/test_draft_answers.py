"""Answers as the pages ask them and as the contract names them: there and back, and nothing lost."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import answers_from_mapping, answers_to_mapping
from app.domain.codes import RedFlagGroup
from app.domain.red_flags import EMERGENCY_CODES, OTHER_CODES, is_unsure_of_danger
from app.questionnaire.draft_answers import WARNING_SIGNS, contract_answers, draft_answers
from app.questionnaire.path import first_incomplete
from tests.support.journeys import NOT_SURE_EVERYWHERE, OPTIONAL_PAGES, POSITIVE

Pages = dict[str, Any]
NOTHING: Final[list[str]] = []
PAGE_OF: Final = {"emergency": "red_flags", "other": "other_red_flags"}
OPTIONAL: Final[Pages] = {name: value for page in OPTIONAL_PAGES.values() for name, value in page.items()}


def given_on(codes: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """An answer to one page of signs."""
    ticks = st.lists(st.sampled_from([code.value for code in codes]), unique=True)
    return st.just("not_sure") | ticks


def pages(*, each_answered: bool) -> st.SearchStrategy[Pages]:
    """The answers of both pages of signs; when not each is answered, either may be open."""
    left_open: st.SearchStrategy[Any] = st.nothing() if each_answered else st.none()
    return st.fixed_dictionaries(
        {
            "red_flags": left_open | given_on(EMERGENCY_CODES),
            "other_red_flags": left_open | given_on(OTHER_CODES),
        }
    )


def stored_and_read(answers: Pages) -> Pages:
    """As a database gives them back."""
    return answers_to_mapping(answers_from_mapping(answers))


# --- there and back -------------------------------------------------------------------------------


@given(pages(each_answered=True))
def test_the_answers_of_both_pages_come_back_as_they_were_given(given_pages: Pages) -> None:
    assert draft_answers(stored_and_read(contract_answers(given_pages))) == given_pages


@given(pages(each_answered=True), st.sampled_from([POSITIVE, {**POSITIVE, **OPTIONAL}]))
def test_every_other_answer_comes_back_too(given_pages: Pages, others: Pages) -> None:
    stored = stored_and_read({**contract_answers({**draft_answers(others), **given_pages})})
    assert contract_answers(draft_answers(stored)) == stored
    signs = {"red_flags", "unsure_red_flags"}
    assert {name: value for name, value in stored.items() if name not in signs} == {
        name: value for name, value in others.items() if name not in signs
    }


@pytest.mark.parametrize(
    "answers", [POSITIVE, NOT_SURE_EVERYWHERE, OPTIONAL, {**POSITIVE, **OPTIONAL}, {}], ids=range(5)
)
def test_stored_answers_are_the_same_after_a_look_at_the_pages(answers: Pages) -> None:
    assert contract_answers(draft_answers(answers)) == answers


def test_each_medicine_has_a_key_on_the_pages_and_none_in_the_contract() -> None:
    shown = draft_answers(POSITIVE)
    keys = [trial["key"] for trial in shown["preventives"]]
    assert len(set(keys)) == len(keys) == 2
    assert contract_answers(shown)["preventives"] == POSITIVE["preventives"]


def test_what_is_no_answer_of_the_contract_is_left_out() -> None:
    notes = {"safety_advice": "read", "contradictions_seen": ["x"], "unheard_of": 1}
    assert contract_answers(notes) == {}
    assert contract_answers({**notes, "headache_days": 20}) == {"headache_days": 20}


# --- not sure is never nothing to report ----------------------------------------------------------


@given(pages(each_answered=False))
def test_who_is_not_sure_of_a_page_has_not_said_that_there_is_nothing(given_pages: Pages) -> None:
    found = contract_answers(given_pages)
    unsure = [group for group, name in PAGE_OF.items() if given_pages[name] == "not_sure"]
    ticked = [code for value in given_pages.values() if isinstance(value, list) for code in value]
    assert found.get("unsure_red_flags", NOTHING) == unsure
    assert is_unsure_of_danger(answers_from_mapping(found)) == bool(unsure)
    if ticked:
        assert sorted(found["red_flags"]) == sorted(ticked)
    elif unsure:
        assert found["red_flags"] == "not_sure"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, None, {}),
        ([], None, {"red_flags": []}),
        (["loss_of_vision"], None, {"red_flags": ["loss_of_vision"]}),
        ("not_sure", None, {"red_flags": "not_sure", "unsure_red_flags": ["emergency"]}),
        ([], [], {"red_flags": [], "unsure_red_flags": []}),
        ("not_sure", [], {"red_flags": "not_sure", "unsure_red_flags": ["emergency"]}),
        ([], "not_sure", {"red_flags": "not_sure", "unsure_red_flags": ["other"]}),
        ("not_sure", "not_sure", {"red_flags": "not_sure", "unsure_red_flags": ["emergency", "other"]}),
        (
            "not_sure",
            ["double_vision"],
            {"red_flags": ["double_vision"], "unsure_red_flags": ["emergency"]},
        ),
        (
            ["loss_of_vision"],
            "not_sure",
            {"red_flags": ["loss_of_vision"], "unsure_red_flags": ["other"]},
        ),
    ],
)
def test_two_pages_are_one_list_and_the_groups_that_are_not_sure(
    first: Any, second: Any, expected: Pages
) -> None:
    assert contract_answers({"red_flags": first, "other_red_flags": second}) == expected


@given(
    st.just("not_sure") | st.lists(st.sampled_from([*EMERGENCY_CODES, *OTHER_CODES]), unique=True),
    st.none() | st.just("not_sure") | st.lists(st.sampled_from(RedFlagGroup), unique=True),
)
def test_no_stored_not_sure_is_shown_as_nothing_to_report(signs: Any, unsure: Any) -> None:
    """Answers may also come from a file, where the two need not agree."""
    groups = {} if unsure is None else {"unsure_red_flags": unsure}
    shown = draft_answers({"red_flags": signs, **groups})
    for group in RedFlagGroup:
        if unsure == "not_sure" or group in (unsure or ()):
            assert shown[PAGE_OF[group]]  # not sure, or the signs that were ticked all the same
    if signs == "not_sure":
        assert "not_sure" in shown.values()


# --- questionnaire 1.0, which had the first page alone --------------------------------------------


@pytest.mark.parametrize("signs", [[], ["loss_of_vision"], "not_sure"])
def test_the_second_page_was_not_answered_in_questionnaire_1_0(signs: Any) -> None:
    stored = {name: value for name, value in POSITIVE.items() if name != "unsure_red_flags"}
    shown = draft_answers({**stored, "red_flags": signs})
    assert shown["red_flags"] == signs
    assert "other_red_flags" not in shown
    opened = first_incomplete({**shown, "safety_advice": "read"})
    assert opened is not None
    assert opened.slug == "other-signs"


def test_signs_of_the_second_page_are_shown_wherever_they_came_from() -> None:
    shown = draft_answers({"red_flags": ["double_vision", "loss_of_vision"]})
    assert shown == {"red_flags": ["loss_of_vision"], "other_red_flags": ["double_vision"]}


def test_without_any_sign_stored_no_page_was_answered() -> None:
    assert draft_answers({"headache_days": 20}) == {"headache_days": 20}


def test_both_pages_are_known_by_name() -> None:
    assert set(WARNING_SIGNS) == set(PAGE_OF.values())
