"""Synthetic people: believable, repeatable and marked."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from app.domain import answers_from_mapping, answers_to_mapping, assess
from app.domain.answers import KINDS
from app.domain.assessment import Assessment
from app.domain.codes import LookAlike, Outcome, RedFlagCode, Urgency
from app.domain.comparison import current_edition, edition_of
from app.domain.medication_overuse import OveruseStatus
from app.domain.policy_files import LoadedPolicies
from app.services import demonstration
from app.services.clinical_review import ScreeningRecord, open_record
from app.services.demonstration import store_demonstrations, synthetic_answers
from app.services.queue import queue_page
from app.storage.audit import OPERATOR, Action
from app.storage.queue import QueueFilter
from app.storage.store import Store
from tests.support.audit import entries
from tests.support.product import row_counts


def people(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return [json.dumps(synthetic_answers(chance), sort_keys=True) for _ in range(count)]


def stored_records(store: Store) -> list[ScreeningRecord]:
    rows = queue_page(store, QueueFilter(), None).rows
    return [open_record(store, row.screening.id) for row in rows]


def stored_answers(store: Store) -> list[str]:
    return sorted(json.dumps(each.screening.answers, sort_keys=True) for each in stored_records(store))


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(7, 50) == people(7, 50)
    assert people(7, 50) != people(8, 50)


def test_every_synthetic_person_is_possible() -> None:
    chance = random.Random(3)
    for _ in range(500):
        raw = synthetic_answers(chance)
        assert answers_to_mapping(answers_from_mapping(raw)) == raw


def answered(seed: int, count: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [synthetic_answers(chance) for _ in range(count)]


def assessed(seed: int, count: int) -> list[Assessment]:
    return [assess(answers_from_mapping(each), "1.0", ()) for each in answered(seed, count)]


def test_every_outcome_urgency_and_look_alike_appears_among_a_few_hundred() -> None:
    found = assessed(1, 400)
    assert {each.outcome for each in found} == set(Outcome)
    assert {each.urgency for each in found} == set(Urgency)
    assert {code for each in found for code in each.look_alikes} == set(LookAlike)


def test_every_warning_sign_and_every_state_of_overuse_appears_among_some_thousand() -> None:
    found = assessed(2, 2000)
    assert {flag.code for each in found for flag in each.red_flags} == set(RedFlagCode)
    overuse = [each.medication_overuse for each in found]
    assert {each.status for each in overuse if each is not None} == set(OveruseStatus)


def test_optional_sections_are_filled_in_by_some_and_not_by_all() -> None:
    given = [set(each) for each in answered(3, 400)]
    for name in ("unilateral_location", "triptan_days", "botulinum_safety", "work_days_missed"):
        assert 0 < sum(name in each for each in given) < len(given), name
    assert set().union(*given) <= set(KINDS)


def test_who_reports_an_emergency_was_asked_nothing_more() -> None:
    for each in answered(4, 600):
        if assess(answers_from_mapping(each), "1.0", ()).outcome is Outcome.EMERGENCY:
            assert list(each) == ["red_flags"]


def test_demonstrations_are_compared_with_the_policies_in_use(sqlite_store: Store) -> None:
    fewer = replace(sqlite_store, policies=LoadedPolicies(sqlite_store.policies.policies[:2]))
    list(store_demonstrations(fewer, 20, 1))
    editions = {edition_of(each.assessment) for each in stored_records(sqlite_store)}
    assert editions == {current_edition(fewer.policies.policies)}


def test_the_same_seed_stores_the_same_answers_again(store: Store) -> None:
    assert list(store_demonstrations(store, 10, 5)) == [10]
    first = stored_answers(store)
    assert list(store_demonstrations(store, 10, 5)) == [10]
    assert sorted([*first, *first]) == stored_answers(store)


def test_every_one_is_marked_as_a_demonstration(store: Store) -> None:
    list(store_demonstrations(store, 20, 1))
    rows = queue_page(store, QueueFilter(), None).rows
    assert [row.screening.is_demonstration for row in rows] == [True] * 20


def test_every_one_has_its_line_in_the_queue_and_stands_for_itself(store: Store) -> None:
    list(store_demonstrations(store, 20, 1))
    rows = queue_page(store, QueueFilter(), None).rows
    assert all(row.listing is not None for row in rows)
    assert {(row.screening.visit, row.screening.is_unread, row.assigned_to) for row in rows} == {
        (1, True, "")
    }


def test_many_are_stored_in_batches_with_their_progress(sqlite_store: Store) -> None:
    assert list(store_demonstrations(sqlite_store, 501, 1)) == [500, 501]
    assert row_counts(sqlite_store)["screenings"] == 501


def test_each_batch_is_noted_with_its_number_and_not_each_person(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "_BATCH", 3)
    assert list(store_demonstrations(store, 4, seed=1)) == [3, 4]
    assert [(each.action, each.actor, each.subject_id, each.detail) for each in entries(store)] == [
        (Action.SCREENING_STORED, OPERATOR, None, {"rows": rows, "is_demonstration": True}) for rows in (3, 1)
    ]
