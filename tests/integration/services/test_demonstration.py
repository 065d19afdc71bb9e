"""Synthetic people: believable, repeatable and marked."""

import json
import random

from app.domain import answers_from_mapping, answers_to_mapping, assess
from app.domain.codes import Outcome
from app.services.clinical_review import queue_page
from app.services.demonstration import store_demonstrations, synthetic_answers
from app.storage.store import Store
from tests.support.product import row_counts


def people(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return [json.dumps(synthetic_answers(chance), sort_keys=True) for _ in range(count)]


def stored_answers(store: Store) -> list[str]:
    rows = queue_page(store, is_open=True, after=None).rows
    opened = (row.screening.opened for row in rows)
    return sorted(json.dumps(each.answers, sort_keys=True) for each in opened if each is not None)


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(7, 50) == people(7, 50)
    assert people(7, 50) != people(8, 50)


def test_every_synthetic_person_is_possible() -> None:
    chance = random.Random(3)
    for _ in range(500):
        raw = synthetic_answers(chance)
        assert answers_to_mapping(answers_from_mapping(raw)) == raw


def test_every_outcome_appears_among_a_few_hundred() -> None:
    chance = random.Random(1)
    found = {assess(answers_from_mapping(synthetic_answers(chance)), "1.0").outcome for _ in range(400)}
    assert found == set(Outcome)


def test_the_same_seed_stores_the_same_answers_again(store: Store) -> None:
    assert list(store_demonstrations(store, 10, 5)) == [10]
    first = stored_answers(store)
    assert list(store_demonstrations(store, 10, 5)) == [10]
    assert sorted([*first, *first]) == stored_answers(store)


def test_every_one_is_marked_as_a_demonstration(store: Store) -> None:
    list(store_demonstrations(store, 20, 1))
    assert all(row.screening.is_demonstration for row in queue_page(store, is_open=True, after=None).rows)


def test_many_are_stored_in_batches_with_their_progress(sqlite_store: Store) -> None:
    assert list(store_demonstrations(sqlite_store, 501, 1)) == [500, 501]
    assert row_counts(sqlite_store)["screenings"] == 501
