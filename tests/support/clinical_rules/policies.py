"""The chapters of the policies: each requirement with what happens exactly on its line, as the code says."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.codes import Status, TrialResult, YesNo
from app.domain.criteria import HEADACHE_DAYS_PER_30
from app.domain.medication_overuse import MONTHS_OF_USE, THRESHOLDS_PER_30
from app.domain.medicines import CATALOGUE
from app.domain.policies import Case, Phase, Policy, Requirement
from app.domain.policy_files import SHIPPED
from app.domain.preventive_history import COUNTING_REASONS
from app.domain.qualifying_trials import judge_by, qualifying_trials
from app.domain.response import DayCount, TreatmentResponse
from app.domain.trials import PreventiveTrial
from app.questionnaire.policy_words import needed_words
from tests.support.clinical_rules.evidence import OWN, Rule, held_by, link, policies_by_id, rule_table
from tests.support.clinical_rules.prose import paragraphs

_WORDS: Final = {Status.MET: "met", Status.NOT_MET: "not met", Status.CANNOT_TELL: "missing"}
_TESTS: Final[Mapping[str, str]] = {
    "days_at_least": "test_days_at_least",
    "amount_at_least": "test_more_than_3_is_not_3_or_more",
    "amount_more_than": "test_more_than_3_is_not_3_or_more",
    "answer_yes": "test_answer_yes",
    "overuse_managed": "test_overuse_managed",
    "medicines_tried": "test_which_trials_count",
    "classes_tried": "test_two_medicines_of_a_class_are_two_medicines_and_one_class",
    "reduction_at_least": "test_the_fall",
    "reduction_more_than": "test_the_fall",
    "not_below_for": "test_under_15_days_for_3_months_in_a_row",
    "course_within": "test_a_sixth_course_is_not_within_five",
}
_NARROWED: Final = "test_a_policy_may_take_some_classes_and_leave_out_a_medicine"
_BESIDE: Final = (
    "tests/integration/services/test_reassessment.py"
    "::test_what_was_stored_earlier_is_computed_beside_it_and_never_over_it"
)
_OF_PHASE: Final = {Phase.START: "test_the_boundaries_of_each_policy", Phase.CONTINUE: "test_going_on"}


def _found(requirement: Requirement, **raw: Any) -> str:
    return _WORDS[requirement.check(Case(answers_from_mapping(raw))).status]


def _after(requirement: Requirement, later: tuple[int, ...], cycles: int | None, window: int) -> str:
    """The status when every day of a window had headache before treatment, and so many later."""
    counts = tuple(DayCount(days, window) for days in later)
    response = TreatmentResponse(DayCount(window, window), counts, cycles)
    return _WORDS[requirement.check(Case(ScreeningAnswers(), response)).status]


def _days(requirement: Requirement) -> str:
    name, line = requirement.needed["count"], requirement.needed["days"]
    at, below = (_found(requirement, **{name: days}) for days in (line, line - 1))
    return f"{line} in {DEFAULT_WINDOW_DAYS} days: {at}; {line - 1}: {below}"


def _amount(requirement: Requirement) -> str:
    name = requirement.needed["amount"]
    line = requirement.needed.get("least", requirement.needed.get("limit"))
    step = 1 if name == "age_years" else 0.5
    below, at, above = (_found(requirement, **{name: line + each}) for each in (-step, 0, step))
    return f"{line - step:g}: {below}; exactly {line}: {at}; {line + step:g}: {above}"


def _answer(requirement: Requirement) -> str:
    name = requirement.needed["answer"]
    given = {"yes": "yes", "no": "no", "not sure": "not_sure"}
    words = [f"{word}: {_found(requirement, **{name: code})}" for word, code in given.items()]
    return "; ".join([*words, f"not asked: {_found(requirement)}"])


def _managed(requirement: Requirement) -> str:
    """Overuse that is likely or to be watched, managed or not."""
    words = []
    for name, months in (("likely", MONTHS_OF_USE + 1), ("watch", MONTHS_OF_USE)):
        for managed in YesNo:
            status = _found(
                requirement,
                headache_days=HEADACHE_DAYS_PER_30,
                triptan_days=THRESHOLDS_PER_30["triptan"],
                months_of_acute_medication_use=months,
                medication_overuse_managed=managed.value,
            )
            words.append(f"`{name}`, managed {managed}: {status}")
    none = _found(requirement, any_acute_medication_days=0)
    return "; ".join([*words, f"no overuse: {none}"])


def _tried(requirement: Requirement) -> str:
    """As many trials as are asked for, one fewer, and medicines that were never taken."""
    needed, what = requirement.needed, requirement.needed["kind"].removesuffix("_tried")
    accepted: dict[str, PreventiveTrial] = {}
    for medicine in CATALOGUE:
        for result in needed.get("results", sorted(COUNTING_REASONS)):
            trial = PreventiveTrial(medicine=medicine.name, weeks=52, result=TrialResult(result))
            found = qualifying_trials((trial,), judge_by(needed))
            accepted.update({name: trial for name in getattr(found, what)})
    least, trials = needed["least"], tuple(accepted.values())

    def status(given: tuple[PreventiveTrial, ...]) -> str:
        return _WORDS[requirement.check(Case(ScreeningAnswers(preventives=given))).status]

    never = tuple(
        PreventiveTrial(medicine=each.medicine, result=TrialResult.UNSUITABLE) for each in trials[:least]
    )
    counts = "counts" if status(never) == _WORDS[Status.MET] else "does not count"
    return (
        f"{least}: {status(trials[:least])}; {least - 1}: {status(trials[: least - 1])}; "
        f"one that was unsuitable and never taken {counts}"
    )


def _fall(requirement: Requirement) -> str:
    percent, cycles = requirement.needed["percent"], requirement.needed.get("after_cycles", 0)
    line = 1000 - 10 * percent
    at, less, more = (_after(requirement, (days,), cycles, 1000) for days in (line, line + 1, line - 1))
    goes_on = "goes on" if at == _WORDS[Status.MET] else "is not enough"
    early = _after(requirement, (line + 1,), cycles - 1, 1000) if cycles else less
    return (
        f"a fall of exactly {percent} % {goes_on}; {percent - 0.1:g} %: {less}; {percent + 0.1:g} %: {more}; "
        f"{percent - 0.1:g} % with fewer than {cycles} courses: {early}"
    )


def _not_below(requirement: Requirement) -> str:
    days, months = requirement.needed["days"], requirement.needed["months"]
    window = DEFAULT_WINDOW_DAYS
    at, below = (_after(requirement, (each,) * months, None, window) for each in (days, days - 1))
    sooner = _after(requirement, (days - 1,) * (months - 1), None, window)
    return (
        f"{days} days in each of {months} months: {at}; {days - 1} in each: {below}; "
        f"{days - 1} in only {months - 1}: {sooner}"
    )


def _courses(requirement: Requirement) -> str:
    most = requirement.needed["most"]
    one_left, none_left = (_after(requirement, (0,), given, 1) for given in (most - 1, most))
    return f"{most - 1} given: {one_left}; {most} given: {none_left}"


_LINES: Final[Mapping[str, Callable[[Requirement], str]]] = {
    "days_at_least": _days,
    "amount_at_least": _amount,
    "amount_more_than": _amount,
    "answer_yes": _answer,
    "overuse_managed": _managed,
    "medicines_tried": _tried,
    "classes_tried": _tried,
    "reduction_at_least": _fall,
    "reduction_more_than": _fall,
    "not_below_for": _not_below,
    "course_within": _courses,
}


def policy_rules(policy: Policy, phase: Phase) -> tuple[Rule, ...]:
    """The requirements of one phase. A kind that is new here has neither a line nor a test yet: a fault."""
    rules = []
    for each in policy.requirements(phase):
        kind = each.needed["kind"]
        names = [_TESTS[kind]] if kind in _TESTS else []
        names += [_NARROWED] if {"classes", "without"} & each.needed.keys() else []
        tests = held_by("requirement_kinds", *names)
        line = _LINES[kind](each) if kind in _LINES else ""
        rules.append(Rule(str(needed_words(each.needed)), line, (policy.id,), tests))
    return tuple(rules)


def general_rules() -> tuple[Rule, ...]:
    """What holds for every policy, and for the files of a clinic."""
    rows = (
        (
            "*Not met* when one requirement is not met, *met* when all are, otherwise *missing*",
            OWN,
            held_by(
                "policies",
                "test_full_answers_meet_and_no_answers_are_missing",
                "test_the_same_person_differs_by_policy",
            ),
        ),
        (
            "No assessment and no policy file reads as a verdict, and no policy changes the outcome",
            OWN,
            held_by(
                "policies", "test_no_assessment_reads_as_a_verdict", "test_no_policy_file_reads_as_a_verdict"
            ),
        ),
        (
            "A clinic may add, replace and withdraw a policy",
            OWN,
            held_by("policy_files", "test_a_clinic_adds_replaces_and_withdraws"),
        ),
        (
            "Only a newer version takes the place of a shipped one",
            OWN,
            held_by("policy_files", "test_only_a_newer_file_takes_the_place_of_a_shipped_one"),
        ),
        (
            "A file that is not right is refused with file, line and reason",
            OWN,
            held_by("policy_files", "test_what_is_wrong_is_said_with_file_and_line"),
        ),
        ("Stored answers are assessed again beside what is stored, never over it", "adr 0011", (_BESIDE,)),
    )
    return tuple(Rule(says, "", (source,), tests) for says, source, tests in rows)


def all_policy_rules() -> Iterator[Rule]:
    """Every requirement, and what holds each phase of the policies as a whole."""
    for policy in policies_by_id().values():
        for phase in Phase:
            yield from policy_rules(policy, phase)
    yield from general_rules()
    for phase, test in _OF_PHASE.items():
        yield Rule(f"policies, {phase}", "", tuple(policies_by_id()), held_by("policies", test))


def remarks(policy: Policy) -> list[str]:
    """What the authors of the policy's file wrote beside its requirements, one remark a block of lines."""
    blocks: list[list[str]] = []
    is_open = False
    [path] = (path for path in SHIPPED.glob("*.toml") if f'id = "{policy.id}"' in path.read_text("utf-8"))
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            blocks = blocks if is_open else [*blocks, []]
            blocks[-1].append(line.removeprefix("#").strip())
        is_open = line.startswith("#")
    return [" ".join(block) for block in blocks]


def policy_chapter(policy: Policy) -> str:
    """One policy: its papers, its requirements, its remarks."""
    papers = (
        f"{policy.issuer} ({policy.jurisdiction}). Version {policy.version}, published {policy.published}; "
        f"source {link(policy.id)}, last checked {policy.checked}."
    )
    notes = [f"* In the file: {remark}" for remark in remarks(policy)]
    parts = [f"### `{policy.id}`: {policy.title}\n", paragraphs(papers, *notes)]
    for phase, words in ((Phase.START, "To start"), (Phase.CONTINUE, "To go on")):
        rules = policy_rules(policy, phase)
        held = f"held by `{held_by('policies', _OF_PHASE[phase])[0]}`"
        told = f"{words}, {held}:\n\n{rule_table(rules, with_sources=False)}\n"
        parts.append(told if rules else f"{words}: its file asks for nothing.\n\n")
    return "".join(parts)
