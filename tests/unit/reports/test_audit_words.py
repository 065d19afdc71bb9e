"""The audit log in words: everything that can be noted has some, and nothing is shown as a code."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from app.reports.audit_words import ACTIONS, action_words, actor_words, detail_rows
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


def test_every_action_has_words_of_its_own() -> None:
    words = [str(ACTIONS[action]) for action in Action]
    assert len(set(words)) == len(words)
    assert all(each[0].isupper() and not each.endswith(".") for each in words)


def test_an_action_of_a_newer_version_is_shown_by_its_code() -> None:
    assert action_words(entry("unheard_of")) == "unheard_of"
    assert str(action_words(entry(Action.SIGNED_IN))) == "Signed in"


@pytest.mark.parametrize("kind", ActorKind)
def test_everybody_who_can_do_something_is_named(kind: ActorKind) -> None:
    assert str(actor_words(entry(Action.KEY_ADDED, Actor(kind), actor_name="")))
    assert actor_words(entry(Action.KEY_ADDED)) == "Dr Ada Example"


def test_what_was_noted_besides_has_labels_and_an_unknown_part_keeps_its_name() -> None:
    detail = {"reason": "Asked by the payer", "rows": 0, "filters": "", "is_demonstration": True, "more": 1}
    assert [
        (str(label), value) for label, value in detail_rows(entry(Action.TABLE_TAKEN, detail=detail))
    ] == [
        ("Reason", "Asked by the payer"),
        ("Screenings", "0"),
        ("Filters", "none"),
        ("Demonstration", "Yes"),
        ("more", "1"),
    ]
    assert detail_rows(entry(Action.TABLE_TAKEN)) == []


def test_what_cannot_be_read_says_so() -> None:
    damaged = entry(Action.TABLE_TAKEN, is_unreadable=True)
    assert [(str(label), str(value)) for label, value in detail_rows(damaged)] == [
        ("Detail", "cannot be read")
    ]


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
        entry(Action.SCREENING_READ_BY_CODE, PATIENT),
        entry(Action.SCREENING_REMOVED, SYSTEM),
    ]
    elsewhere = [entry(Action.SCREENING_STORED, PATIENT), entry(Action.REVIEW_RECORDED)]
    rows = [[str(cell) for cell in row[:2]] for row in history_rows([*told, *elsewhere])]
    assert rows == [
        ["Given to Dr Bo Example", "Dr Ada Example"],
        ["Released", "Dr Ada Example"],
        ["Took it as FHIR, with texts: Asked by the payer", "Dr Ada Example"],
        ["Took it in from FHIR", "the operator"],
        ["Read a screening with its code", "the person who answered"],
        ["Removed a screening", "the program"],
    ]
