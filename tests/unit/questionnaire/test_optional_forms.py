"""Each page of the optional sections: every question may be skipped, and none takes what cannot be."""

from typing import Any, Final

import pytest
from werkzeug.datastructures import MultiDict

from app.domain import answers_from_mapping
from app.domain.answers import KINDS, AnswerError
from app.domain.codes import BotulinumSafety
from app.domain.medicines import CATALOGUE, MedicineClass
from app.questionnaire.care_forms import BotulinumSafetyForm, CareSoFarForm, WorkForm
from app.questionnaire.durations import DurationField
from app.questionnaire.fields import ChoiceField, NumberField, Question
from app.questionnaire.headache_forms import AuraForm, UntreatedForm
from app.questionnaire.medicine_forms import MedicineDaysForm, MigraineMedicineForm, PainkillerForm
from app.questionnaire.page import PageForm
from app.questionnaire.steps import STEPS

FORMS: Final = tuple(step.form for step in STEPS if step.section is not None)
QUESTIONS: Final = [(form, field.name) for form in FORMS for field in form().questions]
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
each_question = pytest.mark.parametrize(("form", "name"), QUESTIONS, ids=[name for _, name in QUESTIONS])

TOO_MANY_DAYS: Final = "Enter a number from 0 to 30. You are counting the last 30 days"
WHOLE_DAYS: Final = "Enter a whole number, such as 12. A part of a day counts as one day"
DAYS: Final = ("30", "31", TOO_MANY_DAYS)
MONTHS: Final = ("1200", "1200.5", "Enter a number of months from 0 to 1200")
# The highest number taken, one that is too high, and the sentence for it.
BOUNDS: Final[dict[str, tuple[type[PageForm], tuple[str, str, str]]]] = {
    "hours_per_headache_day": (UntreatedForm, ("24", "24.5", "Enter a number of hours from 0 to 24")),
    "headache_free_days": (UntreatedForm, DAYS),
    "age_years": (AuraForm, ("120", "121", "Enter your age in years, from 0 to 120")),
    "any_acute_medication_days": (MedicineDaysForm, DAYS),
    "months_of_acute_medication_use": (MedicineDaysForm, ("1200", "1200.5", "Enter at most 100 years")),
    "triptan_days": (MigraineMedicineForm, DAYS),
    "ergot_days": (MigraineMedicineForm, DAYS),
    "gepant_or_ditan_days": (MigraineMedicineForm, DAYS),
    "simple_analgesic_days": (PainkillerForm, DAYS),
    "combination_analgesic_days": (PainkillerForm, DAYS),
    "opioid_days": (PainkillerForm, DAYS),
    "diary_months": (CareSoFarForm, MONTHS),
    "work_days_missed": (WorkForm, DAYS),
    "work_days_half_done": (WorkForm, DAYS),
}
WHOLE_ONLY: Final = {
    **{name: WHOLE_DAYS for name, (_, bounds) in BOUNDS.items() if bounds is DAYS},
    "age_years": "Enter your age in whole years, such as 42",
}
each_number = pytest.mark.parametrize("name", BOUNDS)


def received(form: type[PageForm], posted: dict[str, Any]) -> PageForm:
    page = form.received(MultiDict(posted))
    page.validate()
    return page


def errors_of(page: PageForm) -> dict[str, str]:
    return {name: str(sentence) for name, sentence in page.errors_in_order}


def typed_as(name: str, typed: str) -> dict[str, str]:
    """A number as it is posted; a duration in months."""
    form, _ = BOUNDS[name]
    is_duration = isinstance(form()[name], DurationField)
    return {name: typed, f"{name}-unit": "months"} if is_duration else {name: typed}


def not_sure_as(field: Question) -> dict[str, str]:
    return {f"{field.name}-not-sure": "yes"} if isinstance(field, NumberField) else {field.name: "not_sure"}


# --- every question -------------------------------------------------------------------------------


@each_form
def test_a_page_left_empty_is_no_answer_and_no_error(form: type[PageForm]) -> None:
    page = received(form, {})
    assert errors_of(page) == {}
    assert set(page.answers().values()) == {None}


@each_question
def test_each_question_alone_may_be_left_empty(form: type[PageForm], name: str) -> None:
    posted: dict[str, str] = {}
    for field in form().questions:
        posted |= not_sure_as(field) if field.name != name else {}
    page = received(form, posted)
    assert errors_of(page) == {}
    assert page.answers() == {each: None if each == name else "not_sure" for each in page.answers()}


@each_question
def test_each_question_may_be_answered_with_not_sure(form: type[PageForm], name: str) -> None:
    [field] = (each for each in form().questions if each.name == name)
    page = received(form, not_sure_as(field))
    assert errors_of(page) == {}
    assert page.answers()[name] == "not_sure"
    assert [str(line) for line in field.display("not_sure")] == ["I am not sure"]


@each_question
def test_each_question_is_an_answer_of_the_contract_and_asked_once(form: type[PageForm], name: str) -> None:
    assert name in KINDS
    assert [each for _, each in QUESTIONS].count(name) == 1


def test_every_number_of_the_optional_pages_has_its_bounds_here() -> None:
    numbers = [name for form, name in QUESTIONS if isinstance(form()[name], NumberField)]
    assert numbers == list(BOUNDS)


# --- numbers --------------------------------------------------------------------------------------


@each_number
def test_a_number_is_taken_up_to_its_highest_and_so_it_is_in_the_contract(name: str) -> None:
    form, (highest, _, _) = BOUNDS[name]
    for typed in ("0", highest):
        page = received(form, typed_as(name, typed))
        assert errors_of(page) == {}
        assert page.answers()[name] == int(typed)
        answers_from_mapping(page.answers())


@each_number
def test_a_number_above_its_highest_is_refused_and_kept(name: str) -> None:
    form, (_, above, sentence) = BOUNDS[name]
    page = received(form, typed_as(name, above))
    assert errors_of(page) == {name: sentence}
    field: Any = page[name]
    assert field.typed == above
    with pytest.raises(AnswerError):
        answers_from_mapping({name: float(above)})


@each_number
def test_a_number_below_nothing_is_refused(name: str) -> None:
    page = received(BOUNDS[name][0], typed_as(name, "-1"))
    assert errors_of(page) == {name: "Enter 0 or a number above 0"}


@each_number
def test_a_word_is_no_number_and_is_kept(name: str) -> None:
    page = received(BOUNDS[name][0], typed_as(name, "many"))
    assert errors_of(page) == {name: "Enter the number in digits, such as 12"}
    field: Any = page[name]
    assert field.typed == "many"


@each_number
def test_a_part_is_taken_where_parts_make_sense(name: str) -> None:
    page = received(BOUNDS[name][0], typed_as(name, "2.5"))
    if name in WHOLE_ONLY:
        assert errors_of(page) == {name: WHOLE_ONLY[name]}
    else:
        assert errors_of(page) == {}
        assert page.answers()[name] == 2.5


@each_number
def test_a_number_and_not_sure_together_are_asked_about(name: str) -> None:
    page = received(BOUNDS[name][0], {**typed_as(name, "2"), f"{name}-not-sure": "yes"})
    assert errors_of(page) == {name: "Enter a number or choose “I am not sure”, not both"}


def worked(missed: str, half: str) -> dict[str, str]:
    """The errors of the page about work with these days, as they were typed."""
    return errors_of(received(WorkForm, {"work_days_missed": missed, "work_days_half_done": half}))


@pytest.mark.parametrize(
    ("missed", "half"), [("0", "30"), ("30", "0"), ("15", "15"), ("", "30"), ("30", ""), ("", "")]
)
def test_days_missed_and_half_done_fill_the_thirty_days_at_most(missed: str, half: str) -> None:
    assert worked(missed, half) == {}


@pytest.mark.parametrize(("missed", "half"), [("1", "30"), ("30", "1"), ("16", "15"), ("30", "30")])
def test_more_days_of_work_than_there_are_are_refused_at_the_second_count(missed: str, half: str) -> None:
    sentence = "Enter fewer days: with the days above, these are more than 30"
    assert worked(missed, half) == {"work_days_half_done": sentence}


def test_days_of_work_are_added_only_when_both_are_known_and_right() -> None:
    assert worked("31", "30") == {"work_days_missed": TOO_MANY_DAYS}
    assert worked("30", "31") == {"work_days_half_done": TOO_MANY_DAYS}
    unsure = {"work_days_missed-not-sure": "yes", "work_days_half_done": "30"}
    assert errors_of(received(WorkForm, unsure)) == {}
    unsure = {"work_days_missed": "30", "work_days_half_done-not-sure": "yes"}
    assert errors_of(received(WorkForm, unsure)) == {}


def test_how_long_a_medicine_was_taken_needs_its_unit() -> None:
    page = received(MedicineDaysForm, {"months_of_acute_medication_use": "6"})
    assert errors_of(page) == {"months_of_acute_medication_use": "Choose months or years"}
    in_years = {"months_of_acute_medication_use": "1.5", "months_of_acute_medication_use-unit": "years"}
    assert received(MedicineDaysForm, in_years).answers()["months_of_acute_medication_use"] == 18


# --- choices --------------------------------------------------------------------------------------

CHOICES: Final = [(form, name) for form, name in QUESTIONS if isinstance(form()[name], ChoiceField)]


@pytest.mark.parametrize(("form", "name"), CHOICES, ids=[name for _, name in CHOICES])
def test_yes_no_and_not_sure_are_all_there_is_to_choose(form: type[PageForm], name: str) -> None:
    for chosen in ("yes", "no", "not_sure"):
        page = received(form, {name: chosen})
        assert errors_of(page) == {}
        assert page.answers()[name] == chosen
        answers_from_mapping(page.answers())
    assert received(form, {name: ""}).answers()[name] is None, "an answer is taken back"
    for chosen in ("maybe", "Yes", "1"):
        assert errors_of(received(form, {name: chosen})) == {name: "Choose one of the answers on this page"}


def test_every_point_of_safety_is_offered_with_none_and_not_sure() -> None:
    field: Any = BotulinumSafetyForm()["botulinum_safety"]
    offered = [option.value for option in field.options]
    assert offered == [*(code.value for code in BotulinumSafety), "none", "not_sure"]


@pytest.mark.parametrize(
    ("ticked", "answer"),
    [
        (["none"], []),
        (["bleeding_or_anticoagulant"], ["bleeding_or_anticoagulant"]),
        ([code.value for code in BotulinumSafety], [code.value for code in BotulinumSafety]),
        (["bleeding_or_anticoagulant"] * 2, ["bleeding_or_anticoagulant"]),
    ],
)
def test_points_of_safety_are_taken(ticked: list[str], answer: list[str]) -> None:
    page = received(BotulinumSafetyForm, {"botulinum_safety": ticked})
    assert errors_of(page) == {}
    assert page.answers() == {"botulinum_safety": answer}
    answers_from_mapping(page.answers())


@pytest.mark.parametrize(
    ("ticked", "sentence"),
    [
        (["unheard_of"], "Choose among the answers on this page"),
        (
            ["bleeding_or_anticoagulant", "none"],
            "Choose “None of these” only when you choose nothing else",
        ),
        (["none", "not_sure"], "Choose “None of these” only when you choose nothing else"),
    ],
)
def test_points_of_safety_that_cannot_be_are_refused_and_kept(ticked: list[str], sentence: str) -> None:
    page = received(BotulinumSafetyForm, {"botulinum_safety": ticked})
    assert errors_of(page) == {"botulinum_safety": sentence}
    field: Any = page["botulinum_safety"]
    known = [option.value for option in field.options if option.checked]
    assert known == [tick for tick in ticked if tick != "unheard_of"]


# --- the medicines of each question ---------------------------------------------------------------

ASKED_ABOUT: Final = {
    MedicineClass.TRIPTAN: (MigraineMedicineForm, "triptan_days"),
    MedicineClass.ERGOT: (MigraineMedicineForm, "ergot_days"),
    MedicineClass.ACUTE_GEPANT_OR_DITAN: (MigraineMedicineForm, "gepant_or_ditan_days"),
    MedicineClass.SIMPLE_ANALGESIC: (PainkillerForm, "simple_analgesic_days"),
    MedicineClass.COMBINATION_ANALGESIC: (PainkillerForm, "combination_analgesic_days"),
    MedicineClass.OPIOID: (PainkillerForm, "opioid_days"),
}


@pytest.mark.parametrize("medicine_class", ASKED_ABOUT)
def test_each_question_names_every_medicine_of_its_class(medicine_class: MedicineClass) -> None:
    """By its name, or by each of its brands where the name says little."""
    form, name = ASKED_ABOUT[medicine_class]
    hint = str(form()[name].description).casefold()
    named = [each for each in CATALOGUE if each.medicine_class is medicine_class]
    assert named
    for medicine in named:
        brands = [brand.casefold() in hint for brand in medicine.brands]
        assert medicine.spoken_name.casefold() in hint or (brands and all(brands)), medicine.name


def test_every_class_of_medicine_for_attacks_is_asked_about() -> None:
    assert set(ASKED_ABOUT) == {each.medicine_class for each in CATALOGUE if each.is_acute}
