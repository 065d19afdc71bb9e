"""The audit log in words: everything that can be noted has some, and nothing is shown as a code."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.reports.audit_words import ACTIONS, ACTORS, action_words, actor_words, detail_words, subject_words
from app.reports.history_words import history_rows, looker_rows
from app.storage.audit import OPERATOR, PATIENT, SYSTEM, Action, Actor, ActorKind, clinician
from app.storage.audit_reading import RecordedEntry
from tests.support.screenings import NOON, minutes_after_noon

ADA = clinician(uuid4())


def entry(action: Action | str, actor: Actor = ADA, **more: Any) -> RecordedEntry:
    name = "Dr Ada Example" if actor == ADA else ""
    made = RecordedEntry(
        seq=1,
        happened_at=NOON,
        actor=actor,
        actor_name=name,
        action=action,
        subject_id=None,
        subject_name="",
        request_id="",
        detail=None,
    )
    return replace(made, **more)


def test_every_action_and_every_actor_has_words_of_its_own() -> None:
    for known, words in ((Action, ACTIONS), (ActorKind, ACTORS)):
        said = {str(each) for each in words.values()}
        assert set(words) == set(known)
        assert len(said) == len(words)
        assert all(each[0].isupper() and not each.endswith(".") for each in said)


def test_an_action_of_a_newer_version_is_shown_by_its_code() -> None:
    assert action_words(entry("unheard_of")) == "unheard_of"
    assert str(action_words(entry(Action.SIGNED_IN))) == "Somebody signed in"


@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind is not ActorKind.CLINICIAN])
def test_who_has_no_account_is_named_by_kind(kind: ActorKind) -> None:
    assert actor_words(entry(Action.KEY_ADDED, Actor(kind))) == ACTORS[kind]


def test_who_has_an_account_is_named_while_there_is_a_name() -> None:
    assert actor_words(entry(Action.KEY_ADDED)) == "Dr Ada Example"
    assert actor_words(entry(Action.KEY_ADDED, actor_name="")) == "An account that is gone"


def test_a_subject_is_a_name_or_the_beginning_of_a_number() -> None:
    subject = UUID("0123456789abcdef0123456789abcdef")
    changed = entry(Action.ACCOUNT_CHANGED, subject_id=subject)
    assert subject_words(changed) == "01234567"
    assert subject_words(replace(changed, subject_name="Dr Bo Example")) == "Dr Bo Example"
    assert subject_words(replace(changed, subject_id=ADA.id, subject_name="Dr Ada Example")) == "–"
    assert subject_words(entry(Action.KEY_ADDED)) == "–"


def test_what_was_noted_besides_has_labels_and_an_unknown_part_keeps_its_name() -> None:
    detail = {"reason": "Asked by the payer", "rows": 0, "filters": "", "is_demonstration": True, "more": 1}
    taken = entry(Action.TABLE_TAKEN, detail=detail)
    assert detail_words(taken, may_read_screenings=True) == (
        "reason: Asked by the payer, rows: 0, filters: none, demonstration: yes, more: 1"
    )
    assert detail_words(taken, may_read_screenings=False) == "rows: 0, demonstration: yes"
    assert detail_words(entry(Action.TABLE_TAKEN), may_read_screenings=True) == "–"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action.SCREENING_ASSIGNED, "given to: Dr Bo Example"),
        (Action.SETTING_CHANGED, "setting: Dr Bo Example"),
    ],
)
def test_a_name_is_that_of_a_colleague_or_of_a_setting(action: Action, words: str) -> None:
    named = entry(action, detail={"name": "Dr Bo Example"})
    assert detail_words(named, may_read_screenings=True) == words


def test_what_cannot_be_read_says_so() -> None:
    damaged = entry(Action.TABLE_TAKEN, is_unreadable=True)
    assert detail_words(damaged, may_read_screenings=True) == "This cannot be read"


def test_who_looked_is_counted_by_person() -> None:
    opened = [entry(Action.SCREENING_OPENED, happened_at=minutes_after_noon(minute)) for minute in (9, 5)]
    others = [entry(Action.SUMMARY_MADE), entry(Action.SCREENING_FOUND)]
    assert looker_rows([*opened, *others]) == [
        ["Dr Ada Example", "2 times", "2 Mar 2026, 12:05", "2 Mar 2026, 12:09"]
    ]


def test_the_history_tells_what_was_made_and_not_what_stands_elsewhere() -> None:
    told = [
        entry(Action.SCREENING_ASSIGNED, detail={"name": "Dr Bo Example"}),
        entry(Action.SCREENING_ASSIGNED, detail={"name": ""}),
        entry(Action.FHIR_MADE, detail={"reason": "Asked by the payer"}),
        entry(Action.FHIR_TAKEN_IN, OPERATOR),
        entry(Action.SCREENING_IMPORTED, OPERATOR),
        entry(Action.SCREENING_READ_BY_CODE, PATIENT),
        entry(Action.SCREENING_REMOVED, SYSTEM),
    ]
    elsewhere = [entry(Action.SCREENING_STORED, PATIENT), entry(Action.REVIEW_RECORDED)]
    rows = [[str(cell) for cell in row[:2]] for row in history_rows([*told, *elsewhere])]
    assert rows == [
        ["Given to Dr Bo Example", "Dr Ada Example"],
        ["Released", "Dr Ada Example"],
        ["A FHIR file was made, with texts: Asked by the payer", "Dr Ada Example"],
        ["A FHIR file was taken in", "The command line"],
        ["A screening was imported from a file", "The command line"],
        ["A patient read their screening by its code", "A patient"],
        ["A screening was removed", "The product itself"],
    ]
