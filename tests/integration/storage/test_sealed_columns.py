"""Sealing everything anew, on both engines: nothing is left out, nothing is lost, nothing is made up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary, select, text, update

from app.domain.codes import ConfirmedDiagnosis
from app.domain.reference_code import new_reference_code
from app.domain.scores import Instrument, Score
from app.services.clinical_review import NoScreeningError, find_by_reference_code, open_record
from app.services.keys import KeyInUseError, count_to_reseal, list_keys, reseal, retire, rotate
from app.services.measures import record_measure
from app.services.reviewing import NewReview, record_review
from app.services.self_screening import change_answers, find_draft, start_screening
from app.storage import factors
from app.storage.base import Base
from app.storage.encryption import FieldCipher
from app.storage.keyring import KeyringError, load_keyring
from app.storage.models import Screening, ScreeningDraft
from app.storage.screenings import list_same_code
from app.storage.sealed_columns import SEALED, uses_of_keys
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from config import Settings
from tests.support.accounts import CLINICIAN, SEED, add_person
from tests.support.screenings import NOON, add

# Bytes that are no sealed values, each with the reason.
NOT_SEALED = {
    ("screenings", "reference_mac"): "a MAC",
    ("screening_drafts", "reference_mac"): "a MAC",
    ("screening_drafts", "token_digest"): "a digest",
    ("clinic_sessions", "token_digest"): "a digest",
    ("reading_grants", "token_digest"): "a digest",
    ("clinic_sessions", "challenge"): "random, for minutes",
    ("clinic_sessions", "codes_seed"): "random: without a key no code comes of it",
    ("set_up_links", "token_digest"): "a digest",
    ("recovery_codes", "digest"): "a digest",
    ("passkeys", "credential_id"): "public",
    ("passkeys", "public_key"): "public",
    ("throttles", "key"): "a MAC",
    ("audit_events", "source_mac"): "a MAC",
    ("audit_events", "previous_mac"): "a MAC",
    ("audit_events", "mac"): "a MAC",
    ("audit_events", "detail"): "sealed for a purpose of its own; rows of the audit never change",
}
Reopen = Callable[[], Store]


@pytest.fixture
def reopen(store: Store, settings: Settings) -> Reopen:
    """The same database with the keyring as it is now, as a server has it that was started again."""

    def reopened() -> Store:
        keyring = load_keyring(settings.keyring_path)
        return Store(store.database, keyring, FieldCipher(keyring))

    return reopened


def fill(store: Store) -> tuple[UUID, str, str]:
    """A value in every sealed column: the screening, its code, and the token of a draft."""
    code = new_reference_code()
    screening_id, ada = add(store, code=code), add_person(store, CLINICIAN, "hash")
    new = NewReview(uuid4(), ScreeningStatus.REVIEWED, "a note", ConfirmedDiagnosis.CHRONIC_MIGRAINE)
    record_review(store, screening_id, new, clinician_id=ada, now=NOON)
    score = Score(Instrument.MIDAS, 21)
    record_measure(store, screening_id, measure_id=uuid4(), clinician_id=ada, measure=score, now=NOON)
    token = start_screening(store, "en", NOON)
    change_answers(store, token, lambda answers: {**answers, "age_years": 44}, NOON)
    return screening_id, code, token


def contents(store: Store, screening_id: UUID, token: str) -> tuple[Any, ...]:
    record = open_record(store, screening_id)
    with store.database.reading() as session:
        [account] = session.execute(select(Base.metadata.tables["clinicians"].c.id)).scalars()
        seed = factors.totp_seed(session, store.cipher, account)
        lines = [each.listing for each in list_same_code(session, store.cipher, screening_id)]
    draft = find_draft(store, token, NOON)
    return (
        record.screening,
        record.reviews,
        record.measures,
        lines,
        draft.answers,
        draft.reference_code,
        seed,
    )


@pytest.mark.requirement("DAT-04")
def test_every_column_of_bytes_is_sealed_or_has_a_reason_not_to_be() -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    sealed = {(each.table.name, name) for each in SEALED for name in each.names}
    assert found == sealed | set(NOT_SEALED)
    assert not sealed & set(NOT_SEALED)


@pytest.mark.requirement("DAT-04")
def test_after_a_rotation_all_is_read_and_written_and_at_the_end_nothing_needs_the_old_key(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    screening_id, _code, token = fill(store)
    old, before = store.keyring.active.id, contents(store, screening_id, token)
    rotate(store, settings.keyring_path, NOON)
    later = reopen()
    assert later.keyring.active.id != old
    assert contents(later, screening_id, token) == before
    assert count_to_reseal(later) >= 5
    newer = add(later)
    for done in reseal(later, NOON):
        assert done.unreadable == 0
    assert count_to_reseal(later) == 0
    assert contents(later, screening_id, token) == before
    assert contents(later, screening_id, token)[-1] == SEED
    with later.database.reading() as session:
        assert set(uses_of_keys(session)) == {later.keyring.active.id}
    assert open_record(later, newer).screening.id == newer


def test_a_server_that_was_not_started_again_finds_and_writes_as_one_that_was(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    """It would delete nothing under a code that it cannot find, and write with a key that may be retired."""
    rotate(store, settings.keyring_path, NOON)
    fresh, code = reopen(), new_reference_code()
    screening_id = add(fresh, code=code)
    assert find_by_reference_code(store, code) == screening_id
    again = add(store, code=code)
    with fresh.database.reading() as session:
        visits = list_same_code(session, fresh.cipher, again)
        assert [(each.id, each.visit) for each in visits] == [(screening_id, 1), (again, 2)]
        assert set(uses_of_keys(session)) == {fresh.keyring.active.id}


def test_a_keyring_that_was_spoiled_under_a_running_server_stops_nothing(
    store: Store, settings: Settings
) -> None:
    settings.keyring_path.chmod(0o644)
    settings.keyring_path.write_text("damaged")
    screening_id = add(store)
    assert open_record(store, screening_id).screening.id == screening_id


def test_a_server_that_was_not_started_again_reads_what_the_new_key_wrote(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    rotate(store, settings.keyring_path, NOON)
    code = new_reference_code()
    screening_id = add(reopen(), code=code)
    assert open_record(store, screening_id).screening.id == screening_id


@pytest.mark.requirement("PAT-05")
def test_a_code_is_found_whichever_key_it_was_written_with(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    code = new_reference_code()
    first = add(store, code=code)
    rotate(store, settings.keyring_path, NOON)
    rotate(store, settings.keyring_path, NOON)
    later = reopen()
    assert find_by_reference_code(later, code) == first
    second = add(later, code=code)
    assert find_by_reference_code(later, code) == second
    with later.database.reading() as session:
        visits = list_same_code(session, later.cipher, second)
        assert [(each.id, each.visit) for each in visits] == [(first, 1), (second, 2)]
        assert len(set(session.scalars(select(Screening.reference_mac)))) == 1
    with pytest.raises(NoScreeningError):
        find_by_reference_code(later, new_reference_code())


def test_a_key_that_something_needs_is_not_retired(store: Store, settings: Settings, reopen: Reopen) -> None:
    fill(store)
    old = store.keyring.active.id
    with pytest.raises(KeyringError, match="in use"):
        retire(store, settings.keyring_path, old, NOON)
    rotate(store, settings.keyring_path, NOON)
    with pytest.raises(KeyInUseError) as values:
        retire(reopen(), settings.keyring_path, old, NOON)
    assert values.value.use.values > 0
    list(reseal(reopen(), NOON))
    with pytest.raises(KeyInUseError) as codes:
        retire(reopen(), settings.keyring_path, old, NOON)
    assert (codes.value.use.values, codes.value.use.codes) == (0, 1)
    assert load_keyring(settings.keyring_path).keys[0].state == "decrypt-only"


def test_a_screening_of_before_the_key_was_noted_keeps_the_oldest_key(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    add(store)
    with store.database.writing() as session:
        session.execute(update(Screening).values(reference_key_id=None))
    rotate(store, settings.keyring_path, NOON)
    assert [use.codes for use in list_keys(reopen())] == [1, 0]


def test_a_retired_key_opens_nothing_but_the_audit(store: Store, settings: Settings, reopen: Reopen) -> None:
    old = store.keyring.active.id
    rotate(store, settings.keyring_path, NOON)
    retire(reopen(), settings.keyring_path, old, NOON)
    later = reopen()
    first = later.keyring.keys[0]
    assert (first.id, first.state) == (old, "audit-only")
    for purpose in ("field/v1", "code-lookup/v1", "session-sign/v1/clinic", "backup/v1/x"):
        with pytest.raises(KeyringError, match="retired"):
            later.keyring.derive(purpose, old)
    for purpose in ("audit-mac/v1", "audit-detail/v1"):
        assert len(later.keyring.derive(purpose, old)) == 32
    with pytest.raises(KeyringError, match="retired already"):
        retire(later, settings.keyring_path, old, NOON)
    with pytest.raises(KeyringError, match="no key"):
        retire(later, settings.keyring_path, "00000000", NOON)


def test_the_code_of_a_draft_is_written_anew_with_it(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    token = start_screening(store, "en", NOON)
    code = find_draft(store, token, NOON).reference_code
    with store.database.writing() as session:
        session.execute(update(ScreeningDraft).values(reference_mac=store.mac_of(code)))
    rotate(store, settings.keyring_path, NOON)
    later = reopen()
    list(reseal(later, NOON))
    with later.database.reading() as session:
        assert session.scalars(select(ScreeningDraft.reference_mac)).all() == [later.mac_of(code)]


def test_what_cannot_be_read_stays_as_it_is_and_is_counted(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    damaged, whole = add(store), add(store)
    with store.database.writing() as session:
        row = session.get_one(Screening, damaged)
        row.answers = row.answers[:-1] + bytes([row.answers[-1] ^ 1])
        kept = row.answers
    rotate(store, settings.keyring_path, NOON)
    later = reopen()
    *_, last = reseal(later, NOON)
    assert (last.values, last.unreadable) == (5, 1)
    with later.database.reading() as session:
        assert session.get_one(Screening, damaged).answers == kept
    assert open_record(later, whole).screening.id == whole


def test_the_audit_tells_of_it(store: Store, settings: Settings, reopen: Reopen) -> None:
    old = store.keyring.active.id
    rotate(store, settings.keyring_path, NOON)
    list(reseal(reopen(), NOON))
    retire(reopen(), settings.keyring_path, old, NOON)
    with store.database.reading() as session:
        found = session.execute(text("SELECT action, actor_kind FROM audit_events ORDER BY seq")).all()
    assert found == [(each, "operator") for each in ("key_added", "fields_reencrypted", "key_retired")]


@pytest.mark.requirement("DAT-03")
@pytest.mark.slow
def test_no_nonce_comes_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn as `seal` draws them: the rest of sealing takes none."""
    from app.storage import encryption

    class Recorder:
        def encrypt(self, nonce: bytes, *_: Any) -> bytes:
            seen.add(nonce)
            return b""

    seen: set[bytes] = set()
    monkeypatch.setattr(encryption, "_aead", lambda _key: Recorder())
    place = encryption.Place("t", "c", uuid4(), 1)
    for _ in range(1_000_000):
        store.cipher.seal(0, place)
    assert len(seen) == 1_000_000
