"""Events of versions without an audit log: carried over once, in their order, none lost and none twice."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.reports.history_words import history_rows
from app.services import earlier_events
from app.services.auditing import verify_chain
from app.services.clinical_review import note_action, open_record
from app.services.earlier_events import carry_over_events
from app.storage.audit import Action
from app.storage.database import StorageUnavailableError
from app.storage.encryption import Place
from app.storage.models import DeskEvent
from app.storage.statuses import EventKind
from app.storage.store import Store
from tests.support.audit import chain, entries
from tests.support.product import row_counts
from tests.support.screenings import minutes_after_noon
from tests.support.words import english

__all__ = ["english"]


def add_event(
    store: Store,
    kind: EventKind,
    minute: int,
    *,
    who: UUID | None = None,
    about: UUID | None = None,
    detail: dict[str, str] | None = None,
) -> None:
    """As the version before the audit log noted it."""
    event_id = uuid4()
    place = Place("desk_events", "detail", event_id, 1)
    with store.database.writing() as session:
        session.add(
            DeskEvent(
                id=event_id,
                kind=kind.value,
                happened_at=minutes_after_noon(minute),
                clinician_id=who,
                screening_id=about,
                detail=None if detail is None else store.cipher.seal(detail, place),
            )
        )


@pytest.fixture
def five(store: Store, screening_id: UUID, ada: UUID, bo: UUID) -> Store:
    """A store with five events, stored in another order than they happened."""
    of: dict[str, Any] = {"who": ada, "about": screening_id}
    add_event(store, EventKind.TABLE_TAKEN, 4, detail={"reason": "canary"})
    add_event(store, EventKind.ASSIGNED, 2, **of, detail={"name": "Dr Bo Example"})
    add_event(store, EventKind.OPENED, 1, **of)
    add_event(store, EventKind.SUMMARY_MADE, 3, who=bo, about=screening_id)
    add_event(store, EventKind.FHIR_TAKEN_IN, 0, **of)
    return store


def test_they_go_over_in_the_order_in_which_they_happened(
    five: Store, screening_id: UUID, ada: UUID, bo: UUID
) -> None:
    assert list(carry_over_events(five)) == [5]
    told = [(each.action, each.actor.id, each.subject_id, each.detail) for each in entries(five)]
    assert told == [
        ("fhir_taken_in", ada, screening_id, None),
        ("screening_opened", ada, screening_id, None),
        ("screening_assigned", ada, screening_id, {"name": "Dr Bo Example"}),
        ("summary_made", bo, screening_id, None),
        ("table_taken", None, None, {"reason": "canary"}),
    ]
    assert [each.happened_at for each in entries(five)] == [minutes_after_noon(minute) for minute in range(5)]
    assert entries(five)[-1].actor.kind == "operator"
    assert b"canary" not in b"".join(row["detail"] or b"" for row in chain(five))
    assert row_counts(five)["desk_events"] == 0
    assert list(verify_chain(five))[-1] == 5


def test_a_second_run_finds_nothing(five: Store) -> None:
    list(carry_over_events(five))
    assert list(carry_over_events(five)) == []
    assert len(chain(five)) == 5


def test_it_can_be_stopped_and_run_again(five: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier_events, "_BATCH", 2)
    steps = carry_over_events(five)
    assert next(steps) == 2
    assert (row_counts(five)["desk_events"], len(chain(five))) == (3, 2)
    assert list(carry_over_events(five)) == [2, 3]
    assert list(steps) == []
    assert [each.happened_at for each in entries(five)] == [minutes_after_noon(minute) for minute in range(5)]


def test_where_the_chain_cannot_be_written_nothing_is_removed(
    five: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> Iterator[None]:
        raise StorageUnavailableError("gone")

    monkeypatch.setattr("app.storage.audit._append", fail)
    with pytest.raises(StorageUnavailableError):
        list(carry_over_events(five))
    assert (row_counts(five)["desk_events"], len(chain(five))) == (5, 0)


def test_a_damaged_detail_goes_over_as_none(store: Store, screening_id: UUID, ada: UUID) -> None:
    add_event(store, EventKind.ASSIGNED, 1, who=ada, about=screening_id)
    with store.database.writing() as session:
        session.query(DeskEvent).one().detail = b"damaged"
    assert list(carry_over_events(store)) == [1]
    assert entries(store)[0].detail is None
    [row] = history_rows(open_record(store, screening_id).entries)
    assert str(row[0]) == "Given to somebody: the name cannot be read"


def test_a_record_shows_them_by_time_and_not_by_their_place_in_the_chain(
    five: Store, screening_id: UUID, bo: UUID
) -> None:
    note_action(five, screening_id, Action.EVIDENCE_MADE, bo, minutes_after_noon(9))
    list(carry_over_events(five))
    shown = [each.action for each in open_record(five, screening_id).entries]
    assert shown == [
        "evidence_made",
        "summary_made",
        "screening_assigned",
        "screening_opened",
        "fhir_taken_in",
    ]
