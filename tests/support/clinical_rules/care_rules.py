"""The rules beside the outcome: features, medicines, preventives, answers that do not fit, scores."""

from typing import Final

from app.domain import contradictions as slips
from app.domain.answers import DEFAULT_WINDOW_DAYS, KINDS
from app.domain.criteria import HEADACHE_DAYS_PER_30
from app.domain.medication_overuse import MONTHS_OF_USE, SEVERAL_CLASSES_PER_30
from app.domain.migraine_features import ADULT_AGE, SHORTEST_ATTACK_HOURS, SHORTEST_ATTACK_HOURS_OF_A_MINOR
from app.domain.preventive_history import ADEQUATE_WEEKS
from app.domain.scores import Instrument
from app.questionnaire.durations import IN_WEEKS
from tests.support.clinical_rules.boundaries import (
    company_words,
    fewest_kinds_of_pain,
    gepant_words,
    highest_of,
    months_of_use_words,
)
from tests.support.clinical_rules.evidence import OWN, Rule, held_by

_TRIAL: Final = "tests/unit/questionnaire/test_trial_forms.py"
_PER_30: Final = f"days per {DEFAULT_WINDOW_DAYS}"


def feature_rules() -> tuple[Rule, ...]:
    source = ("danish-headache-society-2020",)
    hours = (
        f"{SHORTEST_ATTACK_HOURS} hours or more; under {ADULT_AGE} years of age "
        f"{SHORTEST_ATTACK_HOURS_OF_A_MINOR}; an age that is not known counts as an adult's"
    )
    pain = f"{fewest_kinds_of_pain()} or more of 4"
    [asked] = (name for name in KINDS if name.startswith("lifetime_attacks_at_least_"))
    attacks = f"{asked.rpartition('_')[2]} or more, asked as yes or no"
    return (
        Rule("A: enough attacks in life", attacks, source, _features("five_attacks")),
        Rule("B: long enough untreated", hours, source, _features("hours_are_4_for_adults_and_2_under_18")),
        Rule(
            "C: one side, pulsating, moderate or severe, worse with activity",
            pain,
            source,
            _features("two_of_four_kinds_of_pain"),
        ),
        Rule(
            "D: nausea or vomiting, or light and sound",
            company_words(),
            source,
            _features("light_and_sound_count_only_together"),
        ),
        Rule(
            "The whole: all of A to D. Exactly one not met marks probable migraine (ICHD-3 1.5)",
            "all 4",
            source,
            _features("the_whole_and_probable_migraine"),
        ),
    )


def _features(name: str) -> tuple[str, ...]:
    return held_by("migraine_features", f"test_{name}")


def overuse_rules() -> tuple[Rule, ...]:
    source = ("ichd-3-8.2", "ichd-3-8.2.5")
    months = f"more than {MONTHS_OF_USE} months, and headache on {HEADACHE_DAYS_PER_30} or more {_PER_30}"
    return (
        Rule(
            "Days of intake of a class, not tablets",
            "next table",
            source,
            _overuse("each_class_on_both_sides_of_its_days"),
        ),
        Rule(
            "`likely` needs the months and the headache days, too; with the days alone it is `watch`",
            f"{months}. {months_of_use_words()}",
            ("ichd-3-8.2",),
            _overuse("it_takes_more_than_3_months_and_15_headache_days"),
        ),
        Rule(
            "Several classes together, none of them overused by itself. The days may be the same days, so "
            "they lie between the largest count and the sum; days with any medicine narrow that",
            f"{SEVERAL_CLASSES_PER_30} or more {_PER_30}",
            ("ichd-3-8.2",),
            _overuse("classes_together"),
        ),
        Rule(
            "Gepants and ditans have no line", gepant_words(), (OWN,), _overuse("gepants_have_no_threshold")
        ),
        Rule(
            "The most serious status of all classes is the status",
            "`likely`, `watch`, `cannot_tell`, `not_likely`",
            (OWN,),
            _overuse("the_most_serious_class_gives_the_status"),
        ),
        Rule("Counts are compared as exact rates", "", (OWN,), _overuse("days_are_compared_as_a_rate")),
    )


def _overuse(name: str) -> tuple[str, ...]:
    return held_by("medication_overuse", f"test_{name}")


def preventive_rules() -> tuple[Rule, ...]:
    named = ("nice-ta260", "australia-mbs-18377", "adr 0005")
    return (
        Rule(
            "A medicine counts that did not help, was not tolerated, or was unsuitable",
            "once each",
            named,
            _preventives("a_trial_counts"),
        ),
        Rule(
            "What does not count says why",
            "next table",
            ("adr 0005",),
            _preventives("a_trial_does_not_count_and_the_reason_is_said"),
        ),
        Rule(
            "Classes are counted as well; tricyclics and SNRIs are one class, *antidepressant*",
            "",
            ("minnesota-2026", "adr 0005"),
            _preventives("medicines_and_classes_are_counted_once_each"),
        ),
        Rule(
            "Another form and a combination pill are the same medicine",
            "",
            ("adr 0005",),
            _preventives("a_combination_after_its_medicine_is_the_same_medicine_again"),
        ),
        Rule(
            "Not sure, or not asked, which were tried: not known, and not the same as none",
            "",
            (OWN,),
            _preventives("an_unknown_history_is_not_an_empty_one"),
        ),
        *_length_rules(),
    )


def _length_rules() -> tuple[Rule, ...]:
    """How long a trial has to be, and how long a month is."""
    month = next(unit for unit in IN_WEEKS if unit.value == "months")
    short = _preventives("fewer_than_8_weeks_without_benefit_are_marked_short_and_still_count")
    return (
        Rule(
            "A short trial without benefit counts and is marked",
            f"under {ADEQUATE_WEEKS} weeks; exactly {ADEQUATE_WEEKS} is not short",
            ("ahs-2021", "nhs-lothian", "adr 0005"),
            (*short, *_preventives("8_weeks_are_an_adequate_trial")),
        ),
        Rule(
            "A month of treatment has this many days",
            f"{float(month.size * 7):g}",
            ("adr 0005",),
            (f"{_TRIAL}::test_two_months_are_the_60_days_that_some_payers_ask_for",),
        ),
    )


def _preventives(name: str) -> tuple[str, ...]:
    return held_by("preventive_history", f"test_{name}")


def contradiction_rules() -> tuple[Rule, ...]:
    week = f"{slips._WEEKS_PER_MONTH * 12} weeks a year, and {slips._SLIP_WEEKS} week more is a slip"
    asked = held_by("contradictions", "test_a_medicine_taken_longer_than_the_headaches_is_asked_about")
    days = held_by("contradictions", "test_no_class_is_taken_on_more_days_than_any_medicine")
    return (
        Rule(
            "Headache days and headache-free days do not add up to the window",
            f"more than {slips._SLIP_DAYS} day off",
            ("adr 0009",),
            held_by("outcome", "test_free_days_more_than_one_off_the_window_are_asked_about"),
        ),
        Rule("A preventive was taken for longer than it has been like this", week, ("adr 0009",), asked),
        Rule(
            "A class of acute medicine was taken on more days than any medicine",
            "by 1 day or more",
            ("adr 0009",),
            days,
        ),
        Rule(
            "Headaches began after the age of 50, and the age given is lower",
            f"under {slips._LATE_ONSET_AGE}",
            ("adr 0009",),
            held_by("contradictions", "test_nobody_is_younger_than_when_it_began"),
        ),
        Rule(
            "They never change the outcome",
            "",
            ("adr 0009",),
            held_by("outcome", "test_a_contradiction_does_not_change_the_outcome"),
        ),
    )


def score_rules() -> tuple[Rule, ...]:
    module = "app/domain/scores.py"
    ranges = held_by("scores", "test_the_ranges_are_those_of_the_instruments")
    cut_off = held_by("scores", "test_two_questions_are_positive_from_three")
    return (
        Rule(
            "MIDAS: a total in its range has a grade",
            f"at most {highest_of(Instrument.MIDAS)}",
            (f"{module}: Stewart and Lipton",),
            (*ranges, *held_by("scores", "test_a_grade_of_midas_begins_at_its_lowest_total")),
        ),
        Rule(
            "HIT-6: the range alone is used", f"at most {highest_of(Instrument.HIT_6)}", ("adr 0010",), ranges
        ),
        Rule("PHQ-2: positive from its cut-off", "next table", (f"{module}: Kroenke 2003",), cut_off),
        Rule(
            "GAD-2: positive from its cut-off",
            "next table",
            (f"{module}: Plummer 2016, 10.1016/j.genhosppsych.2015.11.005",),
            cut_off,
        ),
        Rule(
            "A total outside the range is refused",
            "",
            ("adr 0010",),
            held_by("scores", "test_one_outside_either_end_is_refused_with_the_range"),
        ),
    )


CHAPTERS: Final = (feature_rules, overuse_rules, preventive_rules, contradiction_rules, score_rules)
