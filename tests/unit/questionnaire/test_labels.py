"""Every code has words, and the words keep to what the product may say."""

import re
from typing import Any, Final

import pytest

from app.domain.codes import (
    BotulinumSafety,
    LookAlike,
    Outcome,
    RedFlagCode,
    Status,
    TrialResult,
    Urgency,
)
from app.domain.criteria import CRITERIA as JUDGED
from app.domain.medicines import CATALOGUE, MEDICINES, MedicineClass
from app.domain.preventive_history import CountReason, count_preventives
from app.domain.trials import PreventiveTrial
from app.questionnaire import labels
from app.questionnaire.labels import counted_cell, counted_words, trial_medicine
from app.questionnaire.medicine_names import MEDICINE_NAMES, medicine_name

TABLES: Final[dict[str, tuple[dict[Any, Any], set[Any]]]] = {
    "red flags": (labels.RED_FLAGS, set(RedFlagCode)),
    "red flags in short": (labels.RED_FLAGS_IN_SHORT, set(RedFlagCode)),
    "look-alikes": (labels.LOOK_ALIKES, set(LookAlike)),
    "botulinum safety": (labels.BOTULINUM_SAFETY, set(BotulinumSafety)),
    "outcomes": (labels.OUTCOMES, set(Outcome)),
    "urgencies": (labels.URGENCIES, set(Urgency)),
    "criteria": (labels.CRITERIA, set(JUDGED)),
    "statuses": (labels.STATUSES, set(Status)),
    "statuses close to the line": (labels.CLOSE_TO_THE_LINE, set(Status)),
    "classes": (labels.MEDICINE_CLASSES, set(MedicineClass)),
    "reasons": (labels.COUNT_REASONS, set(CountReason)),
}
BANNED: Final = re.compile(r"please|invalid|diagnos|eligib|qualif|approved", re.I)


@pytest.mark.parametrize(("table", "codes"), TABLES.values(), ids=TABLES)
def test_every_code_has_words_of_its_own(table: dict[Any, Any], codes: set[Any]) -> None:
    assert set(table) == codes
    said = [str(words) for words in table.values()]
    assert all(said)
    assert len(set(said)) == len(said)
    assert not [words for words in said if BANNED.search(words)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("propranolol", "Propranolol (Inderal)"),
        ("metoprolol", "Metoprolol (Lopressor, Toprol, Betaloc)"),
        ("timolol", "Timolol"),
        ("nerve_block", "Nerve block"),
    ],
)
def test_a_medicine_is_named_with_its_brands(name: str, words: str) -> None:
    assert medicine_name(MEDICINES[name]) == words


def test_every_medicine_of_the_catalogue_has_its_name_and_no_other() -> None:
    assert {name: str(words) for name, words in MEDICINE_NAMES.items()} == {
        medicine.name: medicine.spoken_name for medicine in CATALOGUE
    }


def told(*trials: PreventiveTrial) -> list[list[str]]:
    return [[str(words) for words in counted_words(verdict)] for verdict in count_preventives(trials).trials]


def failed(medicine: str, weeks: float = 12) -> PreventiveTrial:
    return PreventiveTrial(medicine=medicine, weeks=weeks, result=TrialResult.NO_BENEFIT)


def test_a_verdict_says_whether_and_why_a_trial_counts() -> None:
    assert told(failed("propranolol"), failed("metoprolol", 4), failed("magnesium")) == [
        ["Counted: it did not help"],
        [
            "Counted: it did not help",
            "shorter than the 8 weeks that many rules ask for",
            "same class as another, so the class counts once",
        ],
        ["Not counted: published rules usually do not count it"],
    ]


def test_the_clinician_reads_yes_with_remarks_or_no_with_the_reason() -> None:
    trials = (failed("propranolol"), failed("metoprolol", 4), failed("magnesium"))
    cells = [[str(words) for words in counted_cell(verdict)] for verdict in count_preventives(trials).trials]
    assert cells == [
        ["Yes"],
        [
            "Yes",
            "shorter than the 8 weeks that many rules ask for",
            "same class as another, so the class counts once",
        ],
        ["No: published rules usually do not count it"],
    ]


@pytest.mark.parametrize(
    ("trial", "name"),
    [
        (failed("nerve_block"), "Nerve block"),
        (PreventiveTrial(medicine="other", name_given="tea"), "tea"),
        (PreventiveTrial(medicine="other"), "Another medicine"),
    ],
)
def test_a_trial_is_named_as_the_person_named_it(trial: PreventiveTrial, name: str) -> None:
    [verdict] = count_preventives((trial,)).trials
    assert trial_medicine(verdict) == name
