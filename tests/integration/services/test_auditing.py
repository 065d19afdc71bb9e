"""Verifying the chain: whatever somebody does to it past the guards shows, and where."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.services import auditing
from app.services.auditing import BrokenChainError, verify_chain
from app.storage.anchors import Anchor
from app.storage.audit import (
    OPERATOR,
    PATIENT,
    Action,
    ActorKind,
    AuditEntry,
    ChainEnd,
    add_audit_entry,
    clinician,
)
from app.storage.audit_reading import EntryFilter, Fault, fault_of, list_entries
from app.storage.keyring import Keyring, MasterKey
from app.storage.models import Clinician
from app.storage.store import Store
from tests.support.audit import chain, entries, note
from tests.support.databases import unguarded
from tests.support.screenings import NOON, minutes_after_noon

COUNT: Final = 9
DETAIL: Final = {"reason": "Asked by the payer", "rows": 12}
MADE_AT: Final = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "_BATCH", 4)


@pytest.fixture
def noted(store: Store) -> Store:
    """A store with nine entries of all shapes."""
    for _ in range(3):
        note(store, Action.SCREENING_STORED, actor=PATIENT, subject_id=uuid4())
        note(store, Action.TABLE_TAKEN, Action.KEY_ADDED, detail=DETAIL)
    return store


def anchor(store: Store, seq: int = COUNT) -> Anchor:
    return Anchor(ChainEnd(seq, chain(store)[seq - 1]["mac"]), MADE_AT)


def broken(store: Store, *anchors: Anchor) -> tuple[int, Fault]:
    with pytest.raises(BrokenChainError) as caught:
        list(verify_chain(store, anchors))
    return caught.value.seq, caught.value.fault


def change(store: Store, *statements: str, **values: Any) -> None:
    """Past the guards, as somebody does who has the file or is the superuser."""
    with unguarded(store.database) as connection:
        for statement in statements:
            connection.execute(text(statement), values)


# --- a chain that is whole ------------------------------------------------------------------------


def test_an_empty_log_is_whole(store: Store) -> None:
    assert list(verify_chain(store)) == [0]


def test_a_whole_chain_is_read_in_batches_to_its_end(noted: Store) -> None:
    assert list(verify_chain(noted, [anchor(noted), anchor(noted, 1)])) == [4, 8, 9]


def test_a_batch_that_ends_with_the_chain_is_no_end_too_early(noted: Store) -> None:
    change(noted, "DELETE FROM audit_events WHERE seq = 9")
    assert list(verify_chain(noted)) == [4, 8, 8]


def test_others_write_meanwhile(noted: Store) -> None:
    steps = verify_chain(noted, [anchor(noted)])
    next(steps)
    note(noted, Action.KEY_RETIRED)
    assert list(steps) == [8, 10]


def test_an_older_key_that_is_kept_still_verifies(noted: Store) -> None:
    old = noted.keyring.active
    keys = (MasterKey(old.id, "decrypt-only", old.secret), MasterKey("0a0b0c0d", "active", bytes(range(32))))
    rotated = Store(noted.database, Keyring(keys), noted.cipher)
    note(rotated, Action.KEY_ADDED, detail=DETAIL)
    assert list(verify_chain(rotated)) == [4, 8, 10]
    assert broken(noted) == (10, Fault.KEY_GONE)
    assert broken(Store(noted.database, Keyring(keys[1:]), noted.cipher)) == (1, Fault.KEY_GONE)


# --- one that is not ------------------------------------------------------------------------------

LINK: Final = "UPDATE audit_events SET previous_mac = :mac WHERE seq = 5"
Change = tuple[tuple[str, ...], tuple[int, Fault]]
CHANGES: Final[dict[str, Change]] = {
    "another action": (("UPDATE audit_events SET action = 'key_added' WHERE seq = 4",), (4, Fault.CHANGED)),
    "another actor": (("UPDATE audit_events SET actor_kind = 'nobody' WHERE seq = 1",), (1, Fault.CHANGED)),
    "no subject": (("UPDATE audit_events SET subject_id = NULL WHERE seq = 1",), (1, Fault.CHANGED)),
    "another request": (("UPDATE audit_events SET request_id = 'x' WHERE seq = 9",), (9, Fault.CHANGED)),
    "no detail": (("UPDATE audit_events SET detail = NULL WHERE seq = 2",), (2, Fault.CHANGED)),
    "another key": (("UPDATE audit_events SET key_id = '00000000' WHERE seq = 3",), (3, Fault.KEY_GONE)),
    "a damaged detail": (
        ("UPDATE audit_events SET detail = :mac WHERE seq = 2",),
        (2, Fault.DETAIL_UNREADABLE),
    ),
    "a detail of another row": (
        ("UPDATE audit_events SET detail = (SELECT detail FROM audit_events WHERE seq = 2) WHERE seq = 5",),
        (5, Fault.DETAIL_UNREADABLE),
    ),
    "a link that is changed": ((LINK,), (5, Fault.NOT_LINKED)),
    "a mark that is changed": (("UPDATE audit_events SET mac = :mac WHERE seq = 5",), (5, Fault.CHANGED)),
    "the first removed": (("DELETE FROM audit_events WHERE seq = 1",), (1, Fault.MISSING)),
    "one removed": (("DELETE FROM audit_events WHERE seq = 5",), (5, Fault.MISSING)),
    "one removed between two batches": (("DELETE FROM audit_events WHERE seq = 4",), (4, Fault.MISSING)),
    "one removed and the gap closed": (
        ("DELETE FROM audit_events WHERE seq = 9", "UPDATE audit_events SET seq = 9 WHERE seq = 8"),
        (8, Fault.MISSING),
    ),
    "two that have changed places": (
        (
            "UPDATE audit_events SET seq = 100 WHERE seq = 6",
            "UPDATE audit_events SET seq = 6 WHERE seq = 7",
            "UPDATE audit_events SET seq = 7 WHERE seq = 100",
        ),
        (6, Fault.NOT_LINKED),
    ),
    "one before the first": (
        ("UPDATE audit_events SET seq = 0 WHERE seq = 1",),
        (0, Fault.OUT_OF_PLACE),
    ),
    "one before all of it": (
        ("UPDATE audit_events SET seq = -5 WHERE seq = 1",),
        (-5, Fault.OUT_OF_PLACE),
    ),
    "one at the end that nobody has the key for": (
        (
            "INSERT INTO audit_events SELECT 10, happened_at, actor_kind, actor_id, action, subject_id, "
            "request_id, source_mac, NULL, key_id, mac, :mac FROM audit_events WHERE seq = 9",
        ),
        (10, Fault.CHANGED),
    ),
}


@pytest.mark.requirement("DAT-09")
@pytest.mark.parametrize(("statements", "expected"), CHANGES.values(), ids=CHANGES)
def test_whatever_is_done_to_it_shows_at_its_first_row(
    noted: Store, statements: tuple[str, ...], expected: tuple[int, Fault]
) -> None:
    change(noted, *statements, mac=b"x" * 32)
    assert broken(noted) == expected


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "value",
    [
        "happened_at = 'yesterday'",
        "actor_id = 'nobody'",
        "subject_id = 7",
        "mac = 'text'",
        "previous_mac = 7",
        "detail = 7",
        "detail = x''",
        "detail = 'text'",
        "action = 7",
        "key_id = 7",
        "source_mac = 'text'",
    ],
)
def test_a_value_that_no_entry_has_is_a_change_like_any_other(noted: Store, value: str) -> None:
    change(noted, f"UPDATE audit_events SET {value} WHERE seq = 6")  # noqa: S608
    seq, fault = broken(noted)
    assert (seq, fault is not Fault.MISSING) == (6, True)
    assert auditing.count_entries(noted) == COUNT


@pytest.mark.requirement("DAT-09")
def test_every_bit_counts(noted: Store) -> None:
    """Every bit of every value of a row that is stored as bytes, and every letter of the others."""
    row = next(row for row in chain(noted) if row["seq"] == 2)
    row |= {"source_mac": None}
    before = ChainEnd(1, chain(noted)[0]["mac"])
    assert fault_of(noted.keyring, row, before) is None
    assert all(fault_of(noted.keyring, each, before) is not None for each in spoiled(row))


def spoiled(row: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, value in row.items():
        if isinstance(value, bytes):
            found += [{**row, name: flipped(value, bit)} for bit in range(8 * len(value))]
        elif isinstance(value, str):
            found += [{**row, name: value[:at] + "#" + value[at + 1 :]} for at in range(len(value))]
    changed = {"happened_at": NOON + timedelta(microseconds=1), "actor_id": uuid4(), "subject_id": uuid4()}
    changed |= {"seq": 3, "source_mac": bytes(16), "actor_kind": "patient"}
    return [*found, *({**row, name: value} for name, value in changed.items())]


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# --- with anchors ---------------------------------------------------------------------------------


@pytest.mark.requirement("DAT-09")
@pytest.mark.parametrize("removed", [1, 3, 9])
def test_rows_removed_at_the_end_show_by_an_anchor_alone(noted: Store, removed: int) -> None:
    known = anchor(noted)
    change(noted, "DELETE FROM audit_events WHERE seq > :last", last=COUNT - removed)
    assert list(verify_chain(noted))[-1] == COUNT - removed
    assert broken(noted, known) == (COUNT - removed + 1, Fault.MISSING)


def test_an_end_that_was_replaced_shows_too(noted: Store) -> None:
    """The product itself goes on after the rows were removed: the chain is whole, and another one."""
    known = [anchor(noted, seq) for seq in (3, 8)]
    change(noted, "DELETE FROM audit_events WHERE seq > 6")
    note(noted, *[Action.KEY_ADDED] * 4)
    known.append(anchor(noted, 10))
    assert list(verify_chain(noted, [known[0], known[2]]))[-1] == 10
    with pytest.raises(BrokenChainError) as caught:
        list(verify_chain(noted, known))
    assert (caught.value.seq, caught.value.fault) == (8, Fault.NOT_AS_ANCHORED)
    assert caught.value.anchored_at == MADE_AT


# --- reading --------------------------------------------------------------------------------------


def test_entries_come_with_names_the_newest_first_and_page_by_page(store: Store, ada: UUID, bo: UUID) -> None:
    screening = uuid4()
    note(store, Action.SCREENING_OPENED, actor=clinician(ada), subject_id=screening)
    note(store, Action.ACCOUNT_CHANGED, actor=clinician(bo), subject_id=ada)
    note(store, Action.TABLE_TAKEN, detail=DETAIL)
    with store.database.reading() as session:
        third, second = list_entries(session, store.keyring, EntryFilter(), None, 2)
        [first] = list_entries(session, store.keyring, EntryFilter(), second.seq, 2)
    assert [(each.seq, each.actor_name, each.subject_name) for each in (first, second, third)] == [
        (1, "Dr Ada Example", ""),
        (2, "Dr Bo Example", "Dr Ada Example"),
        (3, "", ""),
    ]
    assert (third.action, third.actor, third.detail) == (Action.TABLE_TAKEN, OPERATOR, DETAIL)
    assert (first.subject_id, first.detail, first.is_unreadable) == (screening, None, False)


def test_entries_are_filtered_by_everything_that_is_asked_for(store: Store, ada: UUID) -> None:
    subject = uuid4()
    note(store, Action.SCREENING_OPENED, actor=clinician(ada), subject_id=subject)
    note(store, Action.SUMMARY_MADE, actor=clinician(ada), subject_id=subject)
    with store.database.writing() as session:
        later = AuditEntry(Action.SUMMARY_MADE, PATIENT, minutes_after_noon(5))
        add_audit_entry(session, store.keyring, later)

    def found(**wanted: Any) -> list[int]:
        with store.database.reading() as session:
            listed = list_entries(session, store.keyring, EntryFilter(**wanted), None, COUNT)
        return [each.seq for each in listed]

    assert found(actor_id=ada) == [2, 1]
    assert found(actor_kind=ActorKind.PATIENT) == [3]
    assert found(action=Action.SUMMARY_MADE) == [3, 2]
    assert found(subject_id=subject, action=Action.SUMMARY_MADE) == [2]
    assert found(happened_from=minutes_after_noon(5)) == [3]
    assert found(happened_before=minutes_after_noon(5)) == [2, 1]
    assert found(happened_from=NOON, happened_before=NOON) == []


def test_a_damaged_detail_and_an_unknown_action_hide_nothing(noted: Store) -> None:
    change(noted, "UPDATE audit_events SET detail = :mac, action = 'unheard_of' WHERE seq = 2", mac=b"x")
    damaged = entries(noted)[1]
    assert (damaged.action, damaged.detail, damaged.is_unreadable) == ("unheard_of", None, True)
    assert len(entries(noted)) == COUNT


def test_the_name_of_somebody_who_left_stays(store: Store, ada: UUID) -> None:
    with store.database.writing() as session:
        session.get_one(Clinician, ada).is_active = False
    note(store, Action.SIGNED_OUT, actor=clinician(ada))
    assert entries(store)[0].actor_name == "Dr Ada Example"
