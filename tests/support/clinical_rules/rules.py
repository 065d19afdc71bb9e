"""The rules of the screening itself: what holds, its numbers from the code, its sources and its tests."""

from collections.abc import Mapping
from typing import Final

from app.domain.answers import DEFAULT_WINDOW_DAYS, WINDOWS_DAYS
from app.domain.codes import LookAlike, Outcome, Urgency
from app.domain.criteria import (
    GREY_HEADACHE_DAYS,
    GREY_MIGRAINE_DAYS,
    HEADACHE_DAYS_PER_30,
    MIGRAINE_DAYS_PER_30,
    MONTHS,
)
from app.domain.red_flags import URGENCY
from tests.support.clinical_rules.evidence import OWN, Rule, held_by

_OUTCOME: Final = held_by("outcome", "test_the_outcome_follows_the_contract")
_SCREENING: Final = "tests/integration/services/test_self_screening.py"
_PATH: Final = "tests/unit/questionnaire/test_path.py"
_PER_30: Final = f"days per {DEFAULT_WINDOW_DAYS}"
_GREY: Final = (GREY_HEADACHE_DAYS, GREY_MIGRAINE_DAYS)


def _flags(urgency: Urgency) -> str:
    many = list(URGENCY.values()).count(urgency)
    return f"{many} sign{'s' if many > 1 else ''}"


def outcome_rules() -> tuple[Rule, ...]:
    beside = held_by(
        "properties",
        "test_features_overuse_and_history_never_change_the_outcome",
        "test_preventives_never_change_the_outcome",
    )
    never_falls = held_by(
        "properties",
        "test_more_headache_days_never_move_the_outcome_towards_no",
        "test_more_migraine_days_never_move_the_outcome_towards_no",
        "test_more_months_never_move_the_outcome_towards_no",
    )
    steps = (
        (f"1. Any emergency warning sign: `{Outcome.EMERGENCY}`", _flags(Urgency.EMERGENCY)),
        (f"2. Else any criterion not met and not borderline: `{Outcome.NEGATIVE}`", "1 is enough"),
        (f"3. Else any criterion that cannot be told: `{Outcome.CANNOT_TELL}`", "1 is enough"),
        (
            f"4. Else any criterion not met but borderline, or any look-alike: `{Outcome.BORDERLINE}`",
            "1 is enough",
        ),
        (
            f"5. Else `{Outcome.POSITIVE}`, even exactly on every line",
            f"{HEADACHE_DAYS_PER_30}, {MIGRAINE_DAYS_PER_30} and {MONTHS}",
        ),
    )
    return (
        *(Rule(says, numbers, (OWN,), _OUTCOME) for says, numbers in steps),
        Rule("Features, medicines, preventives and policies never change the outcome", "", (OWN,), beside),
        Rule("More days or more months never move the outcome towards *negative*", "", (OWN,), never_falls),
    )


def criteria_rules() -> tuple[Rule, ...]:
    headache = held_by("criteria", "test_headache_days_are_compared_with_15_in_30")
    migraine = held_by("criteria", "test_migraine_days_are_compared_with_8_in_30")
    months = held_by("criteria", "test_duration_is_compared_with_3_months_and_exactly_3_is_borderline")
    ichd, recall = ("ichd-3-1.3", "danish-headache-society-2020"), ("recall-and-diary-2020", OWN)
    grey = [f"{low} to {high} {_PER_30}, both included" for low, high in _GREY]
    return (
        Rule(
            "Headache of any kind on enough days", f"{HEADACHE_DAYS_PER_30} or more {_PER_30}", ichd, headache
        ),
        Rule("Migraine on enough of them", f"{MIGRAINE_DAYS_PER_30} or more {_PER_30}", ichd, migraine),
        Rule("For long enough; ICHD-3 says *more than*", f"{MONTHS} months or more", (*ichd, OWN), months),
        Rule("Headache days from memory near the line are marked borderline", grey[0], recall, headache),
        Rule("Migraine days from memory near the line are marked borderline", grey[1], recall, migraine),
        Rule(
            "Days by diary exactly on the line are marked borderline",
            f"exactly {HEADACHE_DAYS_PER_30} and {MIGRAINE_DAYS_PER_30} {_PER_30}",
            (OWN,),
            (*headache, *migraine),
        ),
        Rule(
            "A duration exactly on the line is marked borderline", f"exactly {MONTHS} months", (OWN,), months
        ),
        Rule(
            "Not asked how the days were counted, or not sure: as from memory",
            "",
            (OWN,),
            (*headache, *migraine),
        ),
        Rule(
            "The mark stands beside the status and never changes it",
            "",
            (OWN,),
            held_by("properties", "test_borderline_stands_beside_the_status_and_never_changes_it"),
        ),
    )


def window_rules() -> tuple[Rule, ...]:
    windows = ", ".join(map(str, WINDOWS_DAYS))
    low = WINDOWS_DAYS[0]
    equal = f"{low * HEADACHE_DAYS_PER_30 / DEFAULT_WINDOW_DAYS:g}"
    return (
        Rule(
            "Days are counted over one of these windows",
            f"{windows} days; {DEFAULT_WINDOW_DAYS} unless said otherwise",
            (OWN,),
            held_by("answers", "test_days_are_counted_over_28_30_or_90", "test_another_window_is_refused"),
        ),
        Rule(
            "Counts are compared exactly and never rounded",
            f"{equal} in {low} days is exactly {HEADACHE_DAYS_PER_30} in {DEFAULT_WINDOW_DAYS}",
            (OWN,),
            held_by("criteria", "test_days_per_30_are_exact"),
        ),
        Rule(
            "Migraine days are a part of the headache days, and neither is more than the window",
            "",
            ("adr 0009",),
            held_by(
                "answers",
                "test_migraine_days_are_a_part_of_the_headache_days",
                "test_a_count_of_days_is_at_most_the_window",
            ),
        ),
    )


def missing_rules() -> tuple[Rule, ...]:
    return (
        Rule(
            "A missing answer is never a “no”: the criterion cannot be told",
            "",
            (OWN,),
            (
                *held_by("criteria", "test_a_missing_answer_is_never_a_no"),
                *held_by("properties", "test_taking_an_answer_away_never_makes_a_no"),
            ),
        ),
        Rule(
            "Not sure over how many days was counted: the days cannot be told",
            "",
            (OWN,),
            held_by("criteria", "test_days_over_a_window_that_is_not_sure_cannot_be_told"),
        ),
        Rule("Not sure of the look-alikes, or not asked: as if there were none", "", (OWN,), _OUTCOME),
        Rule(
            f"Nothing answered at all: `{Outcome.CANNOT_TELL}`",
            "",
            (OWN,),
            held_by("outcome", "test_nothing_answered_cannot_be_told"),
        ),
    )


def red_flag_rules() -> tuple[Rule, ...]:
    source = ("snnoop10-2019",)
    return (
        Rule(
            "Each sign has one urgency",
            "; ".join(f"{each}: {_flags(each)}" for each in Urgency if each in URGENCY.values()),
            (*source, OWN),
            held_by("red_flags", "test_the_warning_signs_and_their_urgency_are_those_of_the_contract"),
        ),
        Rule(
            "Only an emergency sign makes the outcome an emergency",
            _flags(Urgency.EMERGENCY),
            (OWN,),
            held_by("red_flags", "test_only_an_emergency_sign_makes_the_outcome_an_emergency"),
        ),
        Rule(
            "The most urgent sign decides the place in the clinic's queue",
            "",
            (OWN,),
            held_by("red_flags", "test_the_most_urgent_sign_decides"),
        ),
        *_unsettled_rules(),
    )


def _unsettled_rules() -> tuple[Rule, ...]:
    """What is stored of an emergency, and what being unsure or not asked means."""
    unsure = held_by(
        "red_flags",
        "test_being_unsure_of_a_sign_is_urgent_and_marked",
        "test_being_unsure_of_one_group_is_urgent_beside_what_was_reported",
    )
    return (
        Rule(
            "An emergency is stored at once, with what was answered so far",
            "",
            ("adr 0002",),
            (f"{_SCREENING}::test_an_emergency_is_stored_at_once_with_what_was_answered_before",),
        ),
        Rule(f"Being unsure of a sign is `{Urgency.URGENT}`", "", ("adr 0004",), unsure),
        Rule(
            f"Not asked about signs (answers from a file): `{Urgency.ROUTINE}`",
            "",
            (OWN,),
            held_by("red_flags", "test_not_being_asked_is_routine"),
        ),
        Rule(
            "Being unsure of an emergency sign: whom to ask now, before the next question",
            "",
            ("adr 0004",),
            (f"{_PATH}::test_the_advice_to_ask_now_is_only_for_those_who_are_not_sure",),
        ),
    )


def look_alike_rules() -> tuple[Rule, ...]:
    sources: Mapping[LookAlike, tuple[str, str]] = {
        LookAlike.CONSTANT_FROM_FIRST_DAY: ("new daily persistent headache (ICHD-3 4.10)", "ndph-2019"),
        LookAlike.ALWAYS_ONE_SIDE_WITH_WATERING_EYE: ("hemicrania continua (ICHD-3 3.4)", "hemicrania-2017"),
    }
    return tuple(
        Rule(f"`{code}` points to {sources[code][0]}", "", (sources[code][1],), _OUTCOME)
        for code in LookAlike
    )


CHAPTERS: Final = (
    outcome_rules,
    criteria_rules,
    window_rules,
    missing_rules,
    red_flag_rules,
    look_alike_rules,
)
