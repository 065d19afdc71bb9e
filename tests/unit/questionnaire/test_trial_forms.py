"""Adding one preventive medicine: which it was, and what happened with it."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.medicines import CATALOGUE, MEDICINES
from app.domain.trials import trial_from_mapping
from app.questionnaire.medicine_names import medicine_name
from app.questionnaire.trial_forms import (
    RESULT_WORDS,
    MedicineForm,
    TrialForm,
    result_choice,
)


def named(typed: str, **posted: str) -> MedicineForm:
    return MedicineForm.received(MultiDict({"name_given": typed, **posted}))


def choices_of(form: MedicineForm) -> list[str]:
    return [option.value for option in form.medicine.choices]


# --- which medicine -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("propranolol", "propranolol"),
        ("  PROPRANOLOL ", "propranolol"),
        ("Inderal", "propranolol"),
        ("Propranolol (Inderal)", "propranolol"),
        ("Metoprolol (Lopressor, Toprol, Betaloc)", "metoprolol"),
        ("Atacand HCT", "candesartan_with_hydrochlorothiazide"),
        ("nerve block", "nerve_block"),
        ("sumatriptan", "sumatriptan"),
    ],
)
def test_a_known_name_settles_the_medicine_at_once(typed: str, found: str) -> None:
    form = named(typed)
    assert form.found == found
    assert choices_of(form) == []
    assert list(form.questions) == [form.name_given]
    assert form.settles()


@pytest.mark.parametrize("medicine", CATALOGUE, ids=lambda medicine: medicine.name)
def test_every_suggestion_is_understood_as_it_is_written(medicine: Any) -> None:
    assert named(medicine_name(medicine)).found == medicine.name


@pytest.mark.parametrize(("typed", "offered"), [("propanolol", "propranolol"), ("topimax", "topiramate")])
def test_a_near_miss_is_offered_and_never_guessed(typed: str, offered: str) -> None:
    form = named(typed)
    assert form.found is None
    assert choices_of(form)[0] == offered
    assert choices_of(form)[-1] == "other"
    assert list(form.questions) == [form.name_given, form.medicine]


def test_a_choice_is_offered_with_its_brands() -> None:
    [first, *_] = named("propanolol").medicine.choices
    assert first.label == "Propranolol (Inderal)"


def test_choosing_what_was_offered_settles_the_medicine() -> None:
    assert named("propanolol", medicine="propranolol").found == "propranolol"
    assert named("propanolol", medicine="other").found == "other"


def test_choosing_what_was_not_offered_settles_nothing() -> None:
    assert named("propanolol", medicine="topiramate").found is None
    assert named("propanolol", medicine="").found is None


def test_a_known_name_is_stronger_than_a_choice_left_over_from_another_name() -> None:
    assert named("topiramate", medicine="other").found == "topiramate"


def test_an_unknown_name_can_only_be_another_medicine() -> None:
    form = named("feverfew tea")
    assert choices_of(form) == ["other"]
    assert form.found is None


@pytest.mark.parametrize("typed", ["(", "()", "-"])
def test_a_name_of_brackets_alone_is_another_medicine(typed: str) -> None:
    assert choices_of(named(typed)) == ["other"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the name of the medicine. If you do not know it, enter “not known”"),
        ("   ", "Enter the name of the medicine. If you do not know it, enter “not known”"),
        ("x" * 61, "Enter a name of at most 60 letters"),
    ],
)
def test_a_name_that_cannot_be_used_gets_one_sentence(typed: str, sentence: str) -> None:
    form = named(typed)
    assert not form.settles()
    assert [str(error) for _, error in form.errors_in_order] == [sentence]


@pytest.mark.parametrize("typed", ["not known", " Not Known "])
def test_a_medicine_whose_name_is_not_known_is_another_one(typed: str) -> None:
    form = named(typed)
    assert form.settles()
    assert form.found == "other"


def test_an_empty_name_offers_nothing() -> None:
    form = MedicineForm.received(MultiDict())
    assert (choices_of(form), form.found) == ([], None)


def test_an_offer_that_is_still_open_says_what_to_do() -> None:
    form = named("propanolol")
    assert not form.settles()
    assert [(name, str(error)) for name, error in form.errors_in_order] == [
        ("medicine", "Choose the medicine you mean, or “Another medicine”")
    ]


def test_an_answered_offer_settles_the_medicine_without_a_word() -> None:
    form = named("propanolol", medicine="propranolol")
    assert form.settles()
    assert form.errors_in_order == []


def test_a_fresh_page_suggests_every_preventive_and_no_acute_medicine() -> None:
    form = MedicineForm.showing({})
    preventives = [medicine_name(each) for each in CATALOGUE if not each.is_acute]
    assert list(form.name_given.suggestions) == preventives
    assert list(named("propanolol").name_given.suggestions) == preventives
    assert medicine_name(MEDICINES["sumatriptan"]) not in preventives
    assert list(form.questions) == [form.name_given]


# --- what happened --------------------------------------------------------------------------------


def told(**posted: str) -> TrialForm:
    weeks = "0" if posted.get("result") == "unsuitable" else "12"
    filled = {"weeks": weeks, "weeks-unit": "weeks", "result": "no_benefit", "taken_for": "migraine"}
    form = TrialForm.received(MultiDict({**filled, **posted}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("chosen", "stored"),
    [
        ("no_benefit", {"result": "no_benefit", "still_taking": None}),
        ("side_effects", {"result": "side_effects", "still_taking": None}),
        ("unsuitable", {"result": "unsuitable", "still_taking": None}),
        ("stopped_for_other_reason", {"result": "stopped_for_other_reason", "still_taking": None}),
        ("not_sure", {"result": "not_sure", "still_taking": None}),
        ("helped", {"result": "helped", "still_taking": "no"}),
        ("helped_still_taking", {"result": "helped", "still_taking": "yes"}),
    ],
)
def test_a_choice_becomes_the_codes_of_the_contract_and_back(
    chosen: str, stored: dict[str, str | None]
) -> None:
    form = told(result=chosen)
    assert form.errors_in_order == []
    story = form.story()
    weeks = 0 if chosen == "unsuitable" else 12
    assert story == {"weeks": weeks, "taken_for": "migraine", **stored}
    trial = {"medicine": "topiramate", **story}
    trial_from_mapping(trial)
    assert result_choice(trial) == chosen
    again = TrialForm.showing(trial)
    assert [option.value for option in again.result.options if option.checked] == [chosen]
    assert again.validate()
    assert again.story() == story


def test_a_changed_story_leaves_nothing_of_the_old_one() -> None:
    before = told(result="helped_still_taking").story()
    assert {**before, **told(result="no_benefit").story()}["still_taking"] is None


@pytest.mark.parametrize("posted", [{"weeks": "0"}, {"weeks": "", "weeks-not-sure": "yes"}])
def test_a_medicine_never_taken_was_taken_for_no_time(posted: dict[str, str]) -> None:
    assert told(result="unsuitable", **posted).errors_in_order == []


@pytest.mark.parametrize("weeks", ["0.5", "12"])
def test_a_medicine_never_taken_but_taken_for_weeks_is_asked_about(weeks: str) -> None:
    form = told(result="unsuitable", weeks=weeks)
    assert [(name, str(error)) for name, error in form.errors_in_order] == [
        ("weeks", "Enter 0 weeks if you never took it, or choose another answer below")
    ]


def test_an_impossible_time_for_a_medicine_never_taken_gets_one_sentence() -> None:
    form = told(result="unsuitable", weeks="101", **{"weeks-unit": "years"})
    assert len(form.errors_in_order) == 1


def test_the_choices_are_all_the_results_there_are() -> None:
    assert list(RESULT_WORDS) == [
        "no_benefit",
        "side_effects",
        "unsuitable",
        "helped_still_taking",
        "helped",
        "stopped_for_other_reason",
        "not_sure",
    ]


@pytest.mark.parametrize(
    ("trial", "choice"),
    [
        ({}, None),
        ({"result": None}, None),
        ({"result": "helped"}, "helped"),
        ({"result": "helped", "still_taking": "no"}, "helped"),
        ({"result": "helped", "still_taking": "not_sure"}, "helped"),
        ({"result": "no_benefit", "still_taking": "yes"}, "no_benefit"),
    ],
)
def test_a_stored_trial_stands_for_one_choice(trial: dict[str, Any], choice: str | None) -> None:
    assert result_choice(trial) == choice


@pytest.mark.parametrize(
    ("posted", "weeks"),
    [
        ({"weeks": "2", "weeks-unit": "months"}, pytest.approx(60 / 7)),
        ({"weeks": "7", "weeks-unit": "months"}, 30),
        ({"weeks": "1", "weeks-unit": "years"}, 52),
        ({"weeks": "0", "weeks-unit": "weeks"}, 0),
        ({"weeks": "", "weeks-not-sure": "yes"}, "not_sure"),
    ],
)
def test_how_long_is_kept_in_weeks(posted: dict[str, str], weeks: Any) -> None:
    assert told(**posted).story()["weeks"] == weeks


def test_two_months_are_the_60_days_that_some_payers_ask_for() -> None:
    weeks = told(weeks="2", **{"weeks-unit": "months"}).story()["weeks"]
    assert weeks * 7 == pytest.approx(60)


def test_an_empty_page_names_everything_that_is_missing() -> None:
    form = TrialForm.received(MultiDict())
    assert not form.validate()
    assert [(name, str(error)) for name, error in form.errors_in_order] == [
        ("weeks", "Enter how long you took it, or choose “I am not sure”"),
        ("result", "Choose what happened, or “I am not sure”"),
        ("taken_for", "Choose what you took it for, or “I am not sure”"),
    ]


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"weeks-unit": ""}, "Choose weeks, months or years"),
        ({"weeks-unit": "days"}, "Choose weeks, months or years"),
        ({"weeks": "101", "weeks-unit": "years"}, "Enter at most 100 years"),
        ({"weeks": "1.25"}, "Enter a whole number or a half, such as 2 or 2.5"),
        ({"result": "failed"}, "Choose what happened, or “I am not sure”"),
        ({"taken_for": "fun"}, "Choose what you took it for, or “I am not sure”"),
    ],
)
def test_a_wrong_part_gets_one_sentence(posted: dict[str, str], sentence: str) -> None:
    assert [str(error) for _, error in told(**posted).errors_in_order] == [sentence]


def test_a_trial_without_a_story_is_shown_empty() -> None:
    form = TrialForm.showing({"medicine": "topiramate"})
    assert form.weeks.typed == ""
    assert not any(option.checked for option in form.result.options)
    assert not any(option.checked for option in form.taken_for.options)
