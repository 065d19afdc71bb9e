"""Today's rules beside stored assessments: once each, never over them, and again after any stop."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.comparison import current_edition, differences, edition_of
from app.domain.policies import Policy
from app.domain.policy_files import LoadedPolicies, load_policies
from app.services import reassessment
from app.services.clinical_review import open_record
from app.services.reassessment import Tally, assessment_now, count_to_reassess, reassess
from app.storage.models import Screening
from app.storage.store import Store
from tests.support.audit import entries
from tests.support.journeys import POSITIVE, Answers
from tests.support.product import row_counts
from tests.support.screenings import BY_URGENCY, NOON, add, keep_unlisted, made

LATER = NOON + timedelta(days=1)
OWN_POLICY = """id = "xx-own"
version = "2026"
issuer = "Our clinic"
jurisdiction = "here"
title = "What we ask"
published = "2026"
source = "https://example.org/policy"
checked = "2026-11-22"

[[start]]
id = "adult"
kind = "amount_at_least"
amount = "age_years"
least = 18
"""


def with_policies(store: Store, *policies: Policy) -> Store:
    return replace(store, policies=LoadedPolicies(policies))


def earlier(store: Store) -> Store:
    """The store as it was when every policy had an older version: another edition that says the same."""
    return with_policies(store, *(replace(each, version="1999") for each in store.policies.policies))


def poorer(store: Store) -> Store:
    """The store as it was before there was any policy: another edition that says less."""
    return with_policies(store)


def run(store: Store) -> Tally:
    """The last of what a run reports."""
    tallies = [Tally(), *reassess(store, LATER)]
    return tallies[-1]


def stored_bytes(store: Store) -> list[tuple[Any, ...]]:
    """Every column of every screening, as it lies in the database."""
    with store.database.reading() as session:
        rows = session.query(*Screening.__table__.columns).order_by(Screening.id).all()
        return [tuple(row) for row in rows]


def add_stored(store: Store, answers: Answers = POSITIVE, **stored: Any) -> UUID:
    """A screening whose stored assessment says this instead, by other rules."""
    new = made(store, answers)
    assessment = {name: value for name, value in {**new.assessment, **stored}.items() if value is not None}
    return keep_unlisted(store, replace(new, assessment=assessment, edition="1.1+000000000000"))


def add_of_rules_1_0(store: Store) -> UUID:
    """A screening as rules 1.0 stored it: without features, overuse and policies."""
    versions = {"questionnaire": "1.0", "rules": "1.0"}
    return add_stored(store, versions=versions, migraine_features=None, medication_overuse=None, policies=[])


# --- what is computed -----------------------------------------------------------------------------


def test_without_any_screening_there_is_nothing_to_do(store: Store) -> None:
    assert list(reassess(store, LATER)) == []
    assert count_to_reassess(store) == 0


def test_nothing_is_computed_for_what_was_stored_with_the_rules_of_today(store: Store) -> None:
    for answers in BY_URGENCY:
        add(store, answers)
    assert count_to_reassess(store) == 0
    assert run(store) == Tally()
    assert row_counts(store)["screening_reassessments"] == 0


def test_what_was_stored_earlier_is_computed_beside_it_and_never_over_it(store: Store) -> None:
    ids = [add(poorer(store), answers) for answers in BY_URGENCY]
    before = stored_bytes(store)
    assert run(store) == Tally(seen=4, computed=4, different=4)
    assert stored_bytes(store) == before
    for screening_id in ids:
        record = open_record(store, screening_id)
        assert record.assessment.policies == ()
        assert record.reassessment is not None
        assert record.reassessment.made_at == LATER
        assert record.reassessment.edition == current_edition(store.policies.policies)
        assert record.reassessed is not None
        assert len(record.reassessed.policies) == 8
        assert record.reassessed.outcome is record.assessment.outcome


def test_run_twice_computes_nothing_new(store: Store) -> None:
    for _ in range(3):
        add(poorer(store))
    assert run(store).computed == 3
    assert run(store) == Tally()
    assert count_to_reassess(store) == 0
    assert row_counts(store)["screening_reassessments"] == 3


def test_older_rules_that_said_the_same_are_stored_and_not_called_different(store: Store) -> None:
    screening_id = add_stored(store, versions={"questionnaire": "1.0", "rules": "1.1"})
    assert run(store) == Tally(seen=1, computed=1, different=0)
    record = open_record(store, screening_id)
    assert record.reassessed is not None
    assert differences(record.assessment, record.reassessed) == ()


def test_older_policies_that_said_the_same_differ_in_their_versions_alone(store: Store) -> None:
    screening_id = add(earlier(store))
    assert run(store) == Tally(seen=1, computed=1, different=1)
    record = open_record(store, screening_id)
    assert record.reassessed is not None
    changed = differences(record.assessment, record.reassessed)
    assert [(each.part, each.then, each.now) for each in changed] == [
        (f"{policy.id}/version", "1999", policy.version) for policy in store.policies.policies
    ]


def test_what_was_stored_before_editions_were_kept_is_looked_at_once(store: Store) -> None:
    screening_id = add(store)
    with store.database.writing() as session:
        session.get_one(Screening, screening_id).edition = None
    assert count_to_reassess(store) == 1
    assert run(store) == Tally(seen=1, computed=1, different=0)
    assert (run(store), count_to_reassess(store)) == (Tally(), 0)


def test_an_assessment_of_rules_1_0_gets_its_features_overuse_and_policies(store: Store) -> None:
    screening_id = add_of_rules_1_0(store)
    assert run(store) == Tally(seen=1, computed=1, different=1)
    record = open_record(store, screening_id)
    assert (record.assessment.migraine_features, record.assessment.rules_version) == (None, "1.0")
    assert record.reassessed is not None
    assert record.reassessed.migraine_features is not None
    assert record.reassessed.medication_overuse is not None
    assert record.reassessed.questionnaire_version == "1.0"


def test_what_arrives_afterwards_is_looked_at_the_next_time(store: Store) -> None:
    add(poorer(store))
    run(store)
    add(poorer(store))
    add(store)
    assert count_to_reassess(store) == 1
    assert run(store) == Tally(seen=1, computed=1, different=1)


def test_rules_that_come_back_find_what_they_said_before(store: Store) -> None:
    """A policy is taken away and comes back: each edition is computed once."""
    add(earlier(store))
    fewer = with_policies(store, *store.policies.policies[1:])
    assert [run(each).computed for each in (store, fewer, store, fewer)] == [1, 1, 0, 0]
    assert row_counts(store)["screening_reassessments"] == 2


def test_a_new_policy_of_the_clinic_makes_a_new_edition(store: Store, tmp_path: Any) -> None:
    screening_id = add(store, {**POSITIVE, "age_years": 40})
    (tmp_path / "own.toml").write_text(OWN_POLICY)
    today = replace(store, policies=load_policies(tmp_path))
    assert run(store) == Tally()
    assert run(today) == Tally(seen=1, computed=1, different=1)
    record = open_record(today, screening_id)
    assert record.reassessed is not None
    changed = differences(record.assessment, record.reassessed)
    assert [(each.part, each.then, each.now) for each in changed] == [
        ("xx-own/version", "", "2026"),
        ("xx-own/adult", "", "met"),
    ]
    assert open_record(store, screening_id).reassessment is None


def test_the_assessment_of_today_is_of_the_current_edition(sqlite_store: Store) -> None:
    screening = open_record(sqlite_store, add(earlier(sqlite_store))).screening
    today = assessment_now(sqlite_store, screening, "0.9")
    assert edition_of(today) == current_edition(sqlite_store.policies.policies)
    assert today.questionnaire_version == "0.9"


# --- stops and damage -----------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassessment, "_BATCH", 3)


def test_progress_comes_batch_by_batch_and_sees_each_once(store: Store, small_batches: None) -> None:
    for number in range(8):
        add(store if number % 2 else poorer(store))
    assert [each.seen for each in reassess(store, LATER)] == [3, 4]
    assert row_counts(store)["screening_reassessments"] == 4


def test_stopped_half_way_what_is_done_is_kept_and_the_rest_follows(
    store: Store, small_batches: None
) -> None:
    for _ in range(8):
        add(poorer(store))
    halfway = reassess(store, LATER)
    assert next(halfway).computed == 3
    halfway.close()
    [entry] = entries(store)
    assert (entry.action, entry.detail and entry.detail["computed"]) == ("screenings_reassessed", 3)
    assert row_counts(store)["screening_reassessments"] == 3
    assert count_to_reassess(store) == 5
    assert run(store) == Tally(seen=5, computed=5, different=5)
    assert row_counts(store)["screening_reassessments"] == 8


def test_stopped_within_a_batch_nothing_of_that_batch_is_half_stored(
    store: Store, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        add(poorer(store))
    real, calls = reassessment.assessment_now, iter(range(100))

    def interrupted(*given: Any) -> Any:
        if next(calls) == 4:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(reassessment, "assessment_now", interrupted)
        with pytest.raises(KeyboardInterrupt):
            list(reassess(store, LATER))
    assert row_counts(store)["screening_reassessments"] == 3
    assert run(store).computed == 3


@pytest.mark.parametrize("column", ["answers", "assessment"])
def test_a_screening_that_cannot_be_read_is_counted_and_left_as_it_is(
    column: str, store: Store, small_batches: None
) -> None:
    ids = sorted(add(poorer(store)) for _ in range(5))
    with store.database.writing() as session:
        setattr(session.get_one(Screening, ids[1]), column, b"damaged")
    before = stored_bytes(store)
    assert run(store) == Tally(seen=5, computed=4, different=4, unreadable=1)
    assert stored_bytes(store) == before
    assert run(store) == Tally(seen=1, unreadable=1)


@pytest.mark.parametrize(
    "damage",
    [{"outcome": "a_code_of_tomorrow"}, {"criteria": None}, {"red_flags": [{"code": "none_such"}]}],
    ids=["a code", "a part that is missing", "a sign"],
)
def test_codes_that_nobody_knows_count_as_unreadable_and_stop_nothing(
    damage: dict[str, Any], store: Store, small_batches: None
) -> None:
    add_stored(store, **damage)
    for _ in range(4):
        add(poorer(store))
    before = stored_bytes(store)
    assert run(store) == Tally(seen=5, computed=4, different=4, unreadable=1)
    assert stored_bytes(store) == before
    assert run(store) == Tally(seen=1, unreadable=1)


def test_an_answer_that_nobody_knows_counts_as_unreadable_and_stops_nothing(
    store: Store, small_batches: None
) -> None:
    new = made(poorer(store))
    keep_unlisted(store, replace(new, answers={**new.answers, "headache_days": "many"}))
    for _ in range(4):
        add(poorer(store))
    assert run(store) == Tally(seen=5, computed=4, different=4, unreadable=1)


def test_a_screening_that_is_gone_meanwhile_stops_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        add(poorer(store))
    with monkeypatch.context() as patch:
        patch.setattr("app.services.reassessment.screenings.get_screening", lambda *_: None)
        assert run(store).computed == 0
    assert row_counts(store)["screening_reassessments"] == 0
    assert run(store).computed == 2
