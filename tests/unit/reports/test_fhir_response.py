"""What comes in as a QuestionnaireResponse: taken in when it is ours, refused in one sentence when not."""

import copy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import ScreeningAnswers, answers_from_mapping
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.fhir.reading import FhirError
from app.reports.fhir.response import ReceivedAnswers, answers_from_response
from tests.support.fhir import Json, bundle_of, sent, the_response
from tests.support.journeys import POSITIVE

OURS: Final = "urn:headache-screening:questionnaire"
CODES: Final = "urn:headache-screening:codes:"
DEEP: Any = []
for _ in range(50_000):
    DEEP = [DEEP]


def coded(system: str, code: str) -> Json:
    return {"valueCoding": {"system": CODES + system, "code": code}}


def item(link_id: str, *answers: Json) -> Json:
    return {"linkId": link_id, "answer": list(answers)}


def response(*items: Any, **changes: Any) -> Json:
    """A response as other software would write it, with nothing but what is needed."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{OURS}|{QUESTIONNAIRE_VERSION}",
        "status": "completed",
        "item": list(items),
        **changes,
    }


def trial(*parts: Any) -> Json:
    return {"linkId": "preventives", "item": list(parts)}


def read(*items: Any, **changes: Any) -> ScreeningAnswers:
    return answers_from_response(response(*items, **changes)).answers


def problem(resource: Any) -> str:
    """The sentence with which something is refused."""
    with pytest.raises(FhirError) as refused:
        answers_from_response(resource)
    sentence = str(refused.value)
    assert sentence
    assert len(sentence) < 300
    assert "\n" not in sentence
    sentence.encode("utf-8")
    return sentence


# --- taken in -------------------------------------------------------------------------------------


def test_a_response_of_other_software_is_read() -> None:
    answers = read(
        item("headache_days", {"valueInteger": 20}),
        item("migraine_days.instead", coded("instead", "not_sure")),
        item("months_at_this_frequency", {"valueDecimal": 2.5}),
        item("aura", coded("yes-no", "no")),
        item("photophobia", coded("instead", "not_sure")),
        item("red_flags", coded("red-flag-code", "onset_after_50"), coded("red-flag-code", "double_vision")),
        item("look_alikes.instead", coded("instead", "none")),
        trial(item("preventives.medicine", coded("medicine", "topiramate"))),
        trial(
            item("preventives.medicine", coded("medicine", "other")),
            item("preventives.name_given", {"valueString": "Feverfew"}),
        ),
    )
    assert answers == answers_from_mapping(
        {
            "headache_days": 20,
            "migraine_days": "not_sure",
            "months_at_this_frequency": 2.5,
            "aura": "no",
            "photophobia": "not_sure",
            "red_flags": ["onset_after_50", "double_vision"],
            "look_alikes": [],
            "preventives": [{"medicine": "topiramate"}, {"medicine": "other", "name_given": "Feverfew"}],
        }
    )


def test_words_and_comments_do_not_matter() -> None:
    given = item("aura", {**coded("yes-no", "yes"), "id": "a1", "extension": [{"url": "x"}]})
    given["answer"][0]["valueCoding"] |= {"display": "No, never", "version": "7", "userSelected": True}
    given |= {"text": "Anything", "definition": "x", "id": "i1", "extension": [], "_text": {"id": "t"}}
    more = {"author": {"display": "?"}, "contained": [], "subject": 5, "identifier": {"value": "1"}}
    assert read(given, **more) == answers_from_mapping({"aura": "yes"})


@pytest.mark.parametrize("status", ["completed", "amended"])
def test_a_finished_response_is_taken_in(status: str) -> None:
    assert read(item("headache_days", {"valueInteger": 1}), status=status).headache_days == 1


def test_an_item_without_answers_was_not_asked() -> None:
    without = [{"linkId": "headache_days"}, item("red_flags"), {"linkId": "aura", "answer": []}]
    assert read(*without) == ScreeningAnswers()
    bare = response()
    del bare["item"]
    assert answers_from_response(bare).answers == ScreeningAnswers()


@pytest.mark.parametrize("version", ["1.0", QUESTIONNAIRE_VERSION])
def test_the_version_that_was_answered_is_kept(version: str) -> None:
    received = answers_from_response(response(questionnaire=f"{OURS}|{version}"))
    assert received == ReceivedAnswers(ScreeningAnswers(), version, received.digest)


def test_a_bundle_with_one_response_is_taken_in_wherever_it_stands() -> None:
    bundle = bundle_of(POSITIVE)
    bundle["entry"].reverse()
    assert answers_from_response(bundle).answers == answers_from_mapping(POSITIVE)


# --- refused: what it is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "resource",
    [None, 5, "text", [], {}, {"resourceType": "Patient"}, {"resourceType": ["Bundle"]}, [response()], DEEP],
    ids=range(9),
)
def test_what_is_no_response_is_refused(resource: Any) -> None:
    assert "QuestionnaireResponse or a Bundle" in problem(resource)


@pytest.mark.parametrize(
    ("entries", "number"),
    [
        ([], 0),
        (None, 0),
        ({"resource": 1}, 0),
        ([None, 5, {"resource": 5}, {"resource": {}}], 0),
        ([{"resource": response()}, {"resource": response()}], 2),
        ([{"resource": {"resourceType": "Bundle", "entry": [{"resource": response()}]}}], 0),
    ],
)
def test_a_bundle_must_hold_exactly_one_response(entries: Any, number: int) -> None:
    assert problem({"resourceType": "Bundle", "entry": entries}).endswith(f"and has {number}")


@pytest.mark.parametrize("status", ["in-progress", "entered-in-error", "stopped", None, 5, [], {"a": 1}])
def test_a_response_that_is_not_finished_is_refused(status: Any) -> None:
    assert "completed or amended" in problem(response(status=status))


@pytest.mark.parametrize(
    "canonical",
    [None, 5, [OURS], "", "http://other|1.0", f"{OURS}s|2.0", f" {OURS}|2.0", f"{OURS}/x|2.0", DEEP],
    ids=range(9),
)
def test_a_response_to_another_questionnaire_is_refused(canonical: Any) -> None:
    assert f"must be {OURS}|{QUESTIONNAIRE_VERSION}" in problem(response(questionnaire=canonical))


@pytest.mark.parametrize("version", ["", "9.9", "2", "2.0.0", "2.0|2.0", "two", "٢.٠", "-1.0", "1" * 5000])
def test_a_version_that_is_not_known_is_refused(version: str) -> None:
    assert "is not known here" in problem(response(questionnaire=f"{OURS}|{version}"))


@pytest.mark.parametrize("name", ["implicitRules", "modifierExtension"])
def test_what_could_change_the_meaning_is_refused(name: str) -> None:
    assert name in problem(response(**{name: []}))


# --- refused: an item -----------------------------------------------------------------------------


@pytest.mark.parametrize("items", [None, {}, "x", 5, {"linkId": "aura"}])
def test_items_that_are_no_list_are_refused(items: Any) -> None:
    assert "list" in problem(response(item=items))
    if items is not None:
        assert "list" in problem(response({"linkId": "preventives", "item": items}))


@pytest.mark.parametrize("broken", [None, 5, "aura", [], {}, {"linkId": 5}, {"linkId": ["aura"]}, DEEP])
def test_an_item_without_a_link_id_is_refused(broken: Any) -> None:
    assert "linkId" in problem(response(broken))
    assert "linkId" in problem(response(trial(broken)))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (item("headache_dayz", {"valueInteger": 1}), "headache_dayz"),
        (item("aura.instead", coded("instead", "not_sure")), "aura.instead"),
        (item("preventives.weeks", {"valueDecimal": 1}), "preventives.weeks"),
        (trial(item("headache_days", {"valueInteger": 1})), "headache_days"),
        (trial(trial()), "preventives"),
        (item("\ud800", {"valueInteger": 1}), "?"),
        (item("x" * 10_000), "x" * 60),
    ],
)
def test_an_item_that_is_not_of_this_questionnaire_there_is_named(given: Json, named: str) -> None:
    assert problem(response(given)).startswith(f"{named} is no item")


def test_an_item_that_stands_there_twice_is_refused() -> None:
    twice = item("headache_days", {"valueInteger": 1})
    assert problem(response(twice, twice)).startswith("headache_days stands there twice")
    medicine = item("preventives.medicine", coded("medicine", "topiramate"))
    assert problem(response(trial(medicine, medicine))).startswith("preventives.medicine stands there twice")


@pytest.mark.parametrize("name", ["modifierExtension", "item", "value", "linkid"])
def test_an_item_that_holds_more_is_refused(name: str) -> None:
    given = {**item("headache_days", {"valueInteger": 1}), name: []}
    assert problem(response(given)) == f"headache_days holds “{name}”, which is not read: leave it out"


def test_a_group_with_an_answer_is_refused() -> None:
    assert problem(response(item("preventives", {"valueInteger": 1}))).startswith(
        "preventives holds “answer”"
    )


# --- refused: an answer ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers", [None, 5, {}, "x", {"valueInteger": 5}, [5], [None], [[]], DEEP], ids=range(9)
)
def test_answers_that_have_no_shape_are_refused(answers: Any) -> None:
    assert "headache_days" in problem(response({"linkId": "headache_days", "answer": answers}))


@pytest.mark.parametrize(
    ("link_id", "answer", "wanted"),
    [
        ("headache_days", {}, "valueInteger"),
        ("headache_days", {"valueDecimal": 20}, "valueInteger"),
        ("headache_days", {"valueString": "20"}, "valueInteger"),
        ("headache_days", {"valueInteger": 20, "valueString": "20"}, "valueInteger"),
        ("headache_days", {"valueInteger": 20, "item": []}, "valueInteger"),
        ("headache_days", {"valueInteger": 20, "modifierExtension": []}, "valueInteger"),
        ("headache_days", {"_valueInteger": {"extension": []}}, "valueInteger"),
        ("headache_days", {"valueInteger": None}, "valueInteger"),
        ("months_at_this_frequency", {"valueInteger": 3}, "valueDecimal"),
        ("aura", {"valueBoolean": True}, "valueCoding"),
        ("aura", {"valueString": "yes"}, "valueCoding"),
    ],
)
def test_an_answer_of_another_kind_is_refused(link_id: str, answer: Json, wanted: str) -> None:
    assert problem(response(item(link_id, answer))) == (
        f"An answer to {link_id} must hold {wanted} and nothing else"
    )


@pytest.mark.parametrize("value", [True, "20", "not_sure", [], {}, DEEP], ids=range(6))
def test_a_number_must_be_a_number(value: Any) -> None:
    sentence = problem(response(item("headache_days", {"valueInteger": value})))
    assert sentence == "The answer to headache_days must be a number"


@pytest.mark.parametrize(
    "value", [-1, 91, 20.5, 10**400, 1e300, float("inf"), float("-inf"), float("nan")], ids=str
)
def test_a_number_out_of_its_range_is_refused(value: float) -> None:
    assert "headache_days must be a whole number 0 to 90" in problem(
        response(item("headache_days", {"valueInteger": value}))
    )
    assert "months_at_this_frequency must be a number" in problem(
        response(item("months_at_this_frequency", {"valueDecimal": value * 10_000}))
    )


def test_days_that_cannot_both_be_are_refused() -> None:
    days = [item("headache_days", {"valueInteger": 5}), item("migraine_days", {"valueInteger": 6})]
    assert "migraine_days must be at most headache_days" in problem(response(*days))
    window = item("window_days", {"valueInteger": 28})
    assert "at most the 28 days" in problem(response(window, item("headache_days", {"valueInteger": 29})))
    assert "window_days must be one of 28, 30, 90" in problem(
        response(item("window_days", {"valueInteger": 29}))
    )


@pytest.mark.parametrize(
    "value",
    [
        "yes",
        ["yes"],
        {},
        {"code": "yes"},
        {"system": f"{CODES}yes-no"},
        {"system": f"{CODES}yes-no", "code": "maybe"},
        {"system": f"{CODES}yes-no", "code": ["yes"]},
        {"system": f"{CODES}yes-no", "code": "not_sure"},
        {"system": f"{CODES}instead", "code": "yes"},
        {"system": f"{CODES}instead", "code": "none"},
        {"system": "http://other", "code": "yes"},
        {"system": f"{CODES}yes-no", "code": "\ud800" * 1000},
        {"system": DEEP, "code": "yes"},
    ],
    ids=range(13),
)
def test_a_code_that_is_no_option_is_refused(value: Any) -> None:
    assert problem(response(item("aura", {"valueCoding": value}))).startswith("aura has the code")


def test_one_answer_is_given_where_one_is_asked_for() -> None:
    two = [coded("yes-no", "yes"), coded("yes-no", "no")]
    assert problem(response(item("aura", *two))) == "aura has several answers: give one"


@pytest.mark.parametrize(
    ("answered", "instead"),
    [
        (
            item("headache_days", {"valueInteger": 5}),
            item("headache_days.instead", coded("instead", "not_sure")),
        ),
        (
            item("red_flags", coded("red-flag-code", "double_vision")),
            item("red_flags.instead", coded("instead", "none")),
        ),
        (
            trial(item("preventives.medicine", coded("medicine", "topiramate"))),
            item("preventives.instead", coded("instead", "none")),
        ),
    ],
)
def test_a_value_and_none_or_not_sure_together_are_refused(answered: Json, instead: Json) -> None:
    sentence = problem(response(answered, instead))
    assert sentence == f"{answered['linkId']} and {instead['linkId']} are both answered: keep one"


def test_none_can_only_be_said_of_a_list() -> None:
    assert "headache_days.instead" in problem(
        response(item("headache_days.instead", coded("instead", "none")))
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], "each trial needs a medicine"),
        ([item("preventives.weeks", {"valueDecimal": 5})], "each trial needs a medicine"),
        ([item("preventives.medicine", coded("medicine", "aspirine"))], "preventives.medicine"),
        (
            [
                item("preventives.medicine", coded("medicine", "topiramate")),
                item("preventives.weeks", {"valueDecimal": 5201}),
            ],
            "weeks of a trial must be a number 0 to 5200",
        ),
        (
            [
                item("preventives.medicine", coded("medicine", "other")),
                item("preventives.name_given", {"valueString": "x" * 61}),
            ],
            "at most 60 characters",
        ),
    ],
)
def test_a_trial_that_cannot_be_is_refused(parts: list[Json], words: str) -> None:
    assert words in problem(response(trial(*parts)))


@pytest.mark.parametrize("text", [5, "", [], {}, "\ud800", "a\udfffb"])
def test_a_text_that_cannot_be_shown_is_refused(text: Any) -> None:
    name = item("preventives.name_given", {"valueString": text})
    medicine = item("preventives.medicine", coded("medicine", "other"))
    assert problem(response(trial(medicine, name))) == ("The answer to preventives.name_given must be a text")


# --- anything at all ------------------------------------------------------------------------------

SCRAPS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from([10**400, "\ud800", "not_sure", "none", "preventives", f"{OURS}|2.0", f"{CODES}instead"]),
)
ANYTHING: Final = st.recursive(
    SCRAPS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(found: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of some JSON."""
    ways = [way] if way else []
    if isinstance(found, dict):
        return ways + [each for name, part in found.items() for each in places(part, (*way, name))]
    if isinstance(found, list):
        return ways + [each for index, part in enumerate(found) for each in places(part, (*way, index))]
    return ways


WHOLE: Final = {
    **POSITIVE,
    "red_flags": ["onset_after_50"],
    "aura": "yes",
    "preventives": [{"medicine": "other", "name_given": "Feverfew", "weeks": 2.5, "result": "helped"}],
}


def taken_or_refused(resource: Any) -> None:
    try:
        received = answers_from_response(resource)
    except FhirError as refused:
        str(refused).encode("utf-8")
    else:
        assert isinstance(received.answers, ScreeningAnswers)


@settings(max_examples=400)
@given(data=st.data(), count=st.integers(1, 3))
def test_a_response_with_any_parts_replaced_is_taken_in_or_refused(data: st.DataObject, count: int) -> None:
    broken: Any = sent(the_response(bundle_of(WHOLE)))
    for _ in range(count):
        *way, last = data.draw(st.sampled_from(places(broken)))
        part = broken
        for step in way:
            part = part[step]
        what = data.draw(st.sampled_from(["replace", "remove", "double", "name"]))
        if what == "remove":
            del part[last]
        elif what == "double" and isinstance(part, list):
            part.append(copy.deepcopy(part[last]))
        elif what == "name" and isinstance(part, dict):
            part[data.draw(st.text(max_size=5))] = data.draw(ANYTHING)
        else:
            part[last] = data.draw(ANYTHING)
    taken_or_refused(broken)
    taken_or_refused({"resourceType": "Bundle", "entry": [{"resource": broken}]})


@settings(max_examples=200)
@given(ANYTHING)
def test_anything_is_refused_and_breaks_nothing(resource: Any) -> None:
    problem(resource)
    taken_or_refused(response(resource))
    taken_or_refused(response(trial(resource)))
    taken_or_refused(response(item("aura", {"valueCoding": resource})))
    taken_or_refused({"resourceType": "Bundle", "entry": resource})
