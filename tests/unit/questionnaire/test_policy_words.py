"""Requirements of policies in words: whole, without a code, without a verdict, and with what to ask."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.answers import KINDS as ANSWER_KINDS
from app.domain.codes import YesNo
from app.domain.medicines import MEDICINES, MedicineClass
from app.domain.policies import Case, Phase, Policy, RequirementResult, compare_with_policy
from app.domain.policy_files import shipped_policies
from app.domain.preventive_history import COUNTING_REASONS
from app.domain.requirement_kinds import KINDS
from app.domain.response import DayCount, TreatmentResponse
from app.domain.values import Number, OneCode
from app.questionnaire.policy_words import answer_words, needed_words, question_words
from tests.support.journeys import NOT_SURE_EVERYWHERE
from tests.support.strategies import screening_answers

CODE: Final = re.compile(r"_|%|\bNone\b|\{|\}|<")
VERDICT: Final = re.compile(r"approv|eligib|qualif|entitle|reject|deni", re.IGNORECASE)
PHASES: Final = [(policy, phase) for policy in shipped_policies() for phase in Phase]
each_phase = pytest.mark.parametrize(
    ("policy", "phase"), PHASES, ids=[f"{policy.id}-{phase}" for policy, phase in PHASES]
)


def plain(words: Any) -> str:
    """The words, once it is sure that they are for people. A percent sign stands after its number."""
    text = str(words)
    assert text.strip() == text
    assert text
    assert not CODE.search(re.sub(r"\d %", "", text)), text
    assert not VERDICT.search(text), text
    return text


def results(policy: Policy, phase: Phase, case: Case) -> Iterator[RequirementResult]:
    yield from compare_with_policy(policy, phase, case).requirements


# --- what is asked for ----------------------------------------------------------------------------


@each_phase
def test_every_requirement_of_the_shipped_policies_is_in_words(policy: Policy, phase: Phase) -> None:
    words = [plain(needed_words(each.needed)) for each in policy.requirements(phase)]
    assert len(set(words)) == len(words)


NEEDED: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({"kind": "days_at_least", "count": "headache_days", "days": 15}, "Headache days: 15 or more in 30"),
    ({"kind": "days_at_least", "count": "migraine_days", "days": 8}, "Migraine days: 8 or more in 30"),
    ({"kind": "amount_at_least", "amount": "age_years", "least": 18}, "Age in years: 18 or more"),
    (
        {"kind": "amount_more_than", "amount": "months_at_this_frequency", "limit": 3},
        "Months at this frequency: more than 3",
    ),
    ({"kind": "answer_yes", "answer": "lifetime_attacks_at_least_5"}, "5 or more attacks in life"),
    ({"kind": "overuse_managed"}, "No medication overuse, or it is managed"),
    ({"kind": "medicines_tried", "least": 1}, "1 preventive tried"),
    (
        {"kind": "medicines_tried", "least": 3, "results": ["no_benefit", "side_effects", "unsuitable"]},
        "3 preventives tried; did not help, not tolerated, not suitable",
    ),
    (
        {
            "kind": "medicines_tried",
            "least": 1,
            "results": ["no_benefit"],
            "classes": ["beta_blocker", "calcium_channel_blocker"],
            "without": ["flunarizine"],
            "shortest_days": 60,
        },
        "1 preventive tried; of these classes: beta blocker, calcium channel blocker; "
        "not counting Flunarizine; did not help; each for 60 days or more",
    ),
    ({"kind": "classes_tried", "least": 1}, "Preventives of 1 class"),
    ({"kind": "classes_tried", "least": 2}, "Preventives of 2 classes"),
    ({"kind": "reduction_at_least", "percent": 30}, "Headache days fell by 30 % or more"),
    (
        {"kind": "reduction_at_least", "percent": 50, "after_cycles": 2},
        "Headache days fell by 50 % or more, judged after 2 courses",
    ),
    (
        {"kind": "reduction_more_than", "percent": 50, "after_cycles": 2},
        "Headache days fell by more than 50 %, judged after 2 courses",
    ),
    (
        {"kind": "not_below_for", "days": 10, "months": 3},
        "Not under 10 headache days in 3 months in a row",
    ),
    ({"kind": "course_within", "most": 5}, "At most 5 courses"),
)


@pytest.mark.parametrize(("needed", "words"), NEEDED, ids=[words for _, words in NEEDED])
def test_a_requirement_says_what_it_asks_for(needed: dict[str, Any], words: str) -> None:
    assert plain(needed_words(needed)) == words


def test_every_kind_of_the_vocabulary_has_an_example_here() -> None:
    assert {needed["kind"] for needed, _ in NEEDED} == set(KINDS)


def test_a_kind_of_a_later_version_is_named_and_breaks_nothing() -> None:
    assert str(needed_words({"kind": "moon_is_full", "least": 3})) == "moon_is_full"


AMOUNTS: Final = [name for name, kind in ANSWER_KINDS.items() if isinstance(kind, Number)]
YES_OR_NO: Final = [
    name for name, kind in ANSWER_KINDS.items() if isinstance(kind, OneCode) and kind.codes is YesNo
]


@pytest.mark.parametrize("name", [*AMOUNTS, "age_years"])
def test_every_amount_that_a_policy_file_may_name_has_words(name: str) -> None:
    plain(needed_words({"kind": "amount_at_least", "amount": name, "least": 1}))
    plain(question_words({name: None}))


@pytest.mark.parametrize("name", YES_OR_NO)
def test_every_answer_that_a_policy_file_may_name_has_words(name: str) -> None:
    words = plain(needed_words({"kind": "answer_yes", "answer": name}))
    assert words[0].isupper() or words[0].isdigit()
    assert plain(question_words({name: None})).endswith("?")


def test_every_class_medicine_and_result_that_a_policy_file_may_name_has_words() -> None:
    for setting, codes in (
        ("classes", list(MedicineClass)),
        ("without", list(MEDICINES)),
        ("results", list(COUNTING_REASONS)),
    ):
        for code in codes:
            plain(needed_words({"kind": "medicines_tried", "least": 1, setting: [str(code)]}))


# --- the answer behind it -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"headache_days": 20, "window_days": 30}, "20 in 30 days"),
        ({"headache_days": 0, "window_days": 28}, "0 in 28 days"),
        ({"headache_days": "not_sure", "window_days": 30}, "not sure"),
        ({"headache_days": None, "window_days": 30}, "not asked"),
        ({"headache_days": 20, "window_days": None}, "20"),
        ({"headache_days": [14, 12, 9]}, "14, 12, 9"),
        ({"headache_days": [14, 12], "window_days": 28}, "14, 12 in 28 days"),
        ({"headache_days": []}, "none"),
        ({"headache_days": [], "window_days": None}, "none"),
        ({"months_at_this_frequency": 2.5}, "2.5"),
        ({"months_at_this_frequency": 1200}, "1200"),
        ({"hours_per_headache_day": 7.25}, "7.25"),
        ({"age_years": 0}, "0"),
        ({"specialist_involved": "yes"}, "yes"),
        ({"specialist_involved": "no"}, "no"),
        ({"specialist_involved": "not_sure"}, "not sure"),
        ({"specialist_involved": None}, "not asked"),
        ({"medicines": None}, "not asked"),
        ({"medicines": "not_sure"}, "not sure"),
        ({"classes": "not_sure"}, "not sure"),
        ({"medicines": []}, "none"),
        ({"medicines": ["amitriptyline", "propranolol"]}, "Amitriptyline, Propranolol"),
        ({"medicines": ["a_later_medicine"]}, "a_later_medicine"),
        ({"classes": ["antidepressant", "beta_blocker"]}, "antidepressant, beta blocker"),
        ({"classes": ["arb_or_ace_inhibitor"]}, "blood pressure medicine (ARB or ACE inhibitor)"),
        ({"reduction_percent": None}, "not asked"),
        ({"reduction_percent": 33.3, "cycles": 2}, "fell by 33.3 %; 2 courses given"),
        ({"reduction_percent": 50.0, "cycles": 1}, "fell by 50 %; 1 course given"),
        ({"reduction_percent": 0.0, "cycles": 3}, "fell by 0 %; 3 courses given"),
        ({"reduction_percent": -10.0, "cycles": 2}, "rose by 10 %; 2 courses given"),
        ({"cycles": 1}, "1 course given"),
        ({"cycles": 0}, "0 courses given"),
        ({"cycles": None}, "not asked"),
    ],
    ids=str,
)
def test_an_answer_is_shown_as_it_was_given(answer: dict[str, Any], words: str) -> None:
    assert answer_words(answer) == words


@pytest.mark.parametrize(
    ("overuse", "managed", "words"),
    [
        ("likely", "yes", "overuse likely; managed: yes"),
        ("likely", "no", "overuse likely; managed: no"),
        ("not_likely", None, "overuse not likely; managed: not asked"),
        ("cannot_tell", "not_sure", "overuse cannot be told; managed: not sure"),
        (
            "watch",
            None,
            "overuse days reached, not yet for more than 3 months with frequent headache; managed: not asked",
        ),
    ],
)
def test_overuse_stands_beside_whether_it_is_managed(overuse: str, managed: str | None, words: str) -> None:
    assert answer_words({"medication_overuse": overuse, "medication_overuse_managed": managed}) == words


COUNTS: Final = st.integers(0, 28).map(lambda days: DayCount(days, 28))
RESPONSES: Final = st.none() | st.builds(
    TreatmentResponse,
    baseline=COUNTS,
    later=st.lists(COUNTS, max_size=5).map(tuple),
    cycles=st.none() | st.integers(0, 9),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(screening_answers(), RESPONSES)
def test_whatever_was_answered_every_answer_and_question_is_in_words(
    answers: ScreeningAnswers, response: TreatmentResponse | None
) -> None:
    for policy, phase in PHASES:
        for each in results(policy, phase, Case(answers, response)):
            plain(answer_words(each.answer))
            plain(question_words(each.answer))


# --- what to ask ----------------------------------------------------------------------------------

NOTHING: Final = ScreeningAnswers()
NOT_SURE: Final = answers_from_mapping(dict(NOT_SURE_EVERYWHERE))


@each_phase
@pytest.mark.parametrize("answers", [NOTHING, NOT_SURE], ids=["nothing", "not sure"])
def test_a_missing_answer_leads_to_a_question(
    answers: ScreeningAnswers, policy: Policy, phase: Phase
) -> None:
    for each in results(policy, phase, Case(answers)):
        assert each.status == "missing", each.id
        assert plain(question_words(each.answer)).endswith("?"), each.id


PREVENTIVES: Final = "Which preventives were tried, for how long each, what for, and what happened?"
COURSE: Final = (
    "How many headache days in the month before treatment and in each month since, and how many courses?"
)
MEDICINE_DAYS: Final = "On how many days a month is each acute medicine taken, and for how long?"
MANAGED: Final = "Have you made a plan with a clinician about taking this medicine on fewer days?"


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ({"headache_days": None, "window_days": 30}, "On how many days did you have a headache?"),
        ({"migraine_days": "not_sure"}, "On how many of those days was it a migraine?"),
        (
            {"months_at_this_frequency": None},
            "For how long have you had headaches about this often?",
        ),
        ({"diary_months": None}, "For how many months have you kept a headache diary?"),
        (
            {"specialist_involved": "not_sure"},
            "Does a neurologist or a headache specialist treat you?",
        ),
        ({"medicines": None}, PREVENTIVES),
        ({"classes": ["antidepressant"]}, PREVENTIVES),
        ({"reduction_percent": None}, COURSE),
        ({"reduction_percent": 20.0, "cycles": 1}, COURSE),
        ({"cycles": None}, COURSE),
        ({"headache_days": []}, COURSE),
        ({"headache_days": [9, 9]}, COURSE),
        ({"medication_overuse": "cannot_tell", "medication_overuse_managed": None}, MEDICINE_DAYS),
        ({"medication_overuse": "likely", "medication_overuse_managed": None}, MANAGED),
        ({"medication_overuse": "watch", "medication_overuse_managed": "not_sure"}, MANAGED),
    ],
    ids=str,
)
def test_the_question_is_the_one_that_settles_it(answer: dict[str, Any], question: str) -> None:
    assert plain(question_words(answer)) == question


def test_an_answer_of_a_later_version_is_named_and_breaks_nothing() -> None:
    assert str(question_words({"shoe_size": None})) == "shoe_size"
    assert str(question_words({})) == ""
    assert answer_words({}) == ""
