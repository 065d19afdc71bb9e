"""Sealing everything anew, on both engines: nothing is left out, nothing is lost, nothing is made up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary, event, select, text, update

from app.domain.codes import ConfirmedDiagnosis
from app.domain.reference_code import new_reference_code
from app.domain.scores import Instrument, Score
from app.services.clinical_review import NoScreeningError, find_by_reference_code, open_record
from app.services.keys import (
    KeyInUseError,
    Resealed,
    count_to_reseal,
    list_keys,
    note_resealed,
    reseal,
    retire,
    rotate,
)
from app.services.measures import record_measure
from app.services.reviewing import NewReview, record_review
from app.services.self_screening import change_answers, find_draft, finish, start_screening
from app.storage import factors, keys_of_codes, sealed_columns
from app.storage.base import Base
from app.storage.encryption import FieldCipher, UnreadableError
from app.storage.keyring import KeyringError, load_keyring
from app.storage.models import Clinician, Screening, ScreeningDraft
from app.storage.screenings import list_same_code
from app.storage.sealed_columns import SEALED, SealedColumns, uses_of_keys
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from config import Settings
from tests.support.accounts import CLINICIAN, COLLEAGUE, SEED, Person, add_person
from tests.support.screenings import NOON, add

# Bytes that are no sealed values, each with the reason.
NOT_SEALED = {
    ("screenings", "reference_mac"): "a MAC",
    ("screening_drafts", "reference_mac"): "a MAC",
    ("patient_diaries", "reference_mac"): "a MAC",
    ("cohort_imports", "file_mac"): "a MAC",
    ("responses_taken_in", "response_mac"): "a MAC",
    ("clinic_pictures", "content"): "public: it is on the first page",
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


def fill(store: Store, person: Person = CLINICIAN) -> tuple[UUID, str, str]:
    """A value in every sealed column: the screening, its code, and the token of a draft."""
    code = new_reference_code()
    screening_id, ada = add(store, code=code), add_person(store, person, "hash")
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
    for done in reseal(later):
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


@pytest.mark.requirement("PAT-05")
def test_a_server_that_was_not_started_again_finds_and_continues_what_the_new_key_wrote(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    code = new_reference_code()
    rotate(store, settings.keyring_path, NOON)
    first = add(reopen(), code=code)
    assert find_by_reference_code(store, code) == first
    second = add(store, code=code)
    with store.database.reading() as session:
        assert [each.id for each in list_same_code(session, store.cipher, second)] == [first, second]


def test_nothing_is_written_with_a_key_that_another_process_has_put_aside(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    old = store.keyring.active.id
    rotate(reopen(), settings.keyring_path, NOON)
    retire(reopen(), settings.keyring_path, old, NOON)
    screening_id = add(store)
    assert open_record(reopen(), screening_id).screening.id == screening_id
    with store.database.reading() as session:
        assert old not in uses_of_keys(session)
        assert session.scalars(select(Screening.reference_key_id)).all() == [store.keyring.active.id]


@pytest.mark.requirement("PAT-07", part="with several keys")
def test_more_keys_are_no_more_statements_for_a_hit_or_a_miss(store: Store, settings: Settings) -> None:
    code = new_reference_code()
    known = add(store, code=code)
    for _ in range(3):
        rotate(store, settings.keyring_path, NOON)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", note)
    assert find_by_reference_code(store, code) == known
    with pytest.raises(NoScreeningError):
        find_by_reference_code(store, new_reference_code())
    lookups = [each for each in statements if "reference_mac" in each]
    assert len(lookups) == 2
    assert len(set(lookups)) == 1


@pytest.mark.requirement("DAT-02", part="of real rows")
def test_a_value_of_a_row_opens_at_no_other_place(store: Store) -> None:
    """Every sealed value of two full sets of rows at the place of every other, in its row and elsewhere."""
    values = []
    for person in (CLINICIAN, COLLEAGUE):
        fill(store, person)
    with store.database.reading() as session:
        for sealed in SEALED:
            for row in session.execute(select(sealed.table)):
                values += [
                    (sealed.place(name, row), value) for name in sealed.names if (value := getattr(row, name))
                ]
    assert len(values) == 2 * 8
    for place, value in values:
        store.cipher.open(value, place)
        for elsewhere in {other for other, _ in values} - {place}:
            with pytest.raises(UnreadableError):
                store.cipher.open(value, elsewhere)


@pytest.mark.requirement("DAT-02", part="of real rows")
def test_a_seed_of_before_does_not_come_back(store: Store) -> None:
    account = add_person(store, CLINICIAN, "hash")
    with store.database.writing() as session:
        before = session.get_one(Clinician, account).totp_seed
        factors.set_totp_seed(session, store.cipher, account, b"s" * 20)
    with store.database.writing() as session:
        session.get_one(Clinician, account).totp_seed = before
    with store.database.reading() as session, pytest.raises(UnreadableError):
        factors.totp_seed(session, store.cipher, account)


def test_what_somebody_changes_meanwhile_is_never_written_over(
    store: Store, settings: Settings, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = start_screening(store, "en", NOON)
    emptied, whole = add(store), add(store)
    rotate(store, settings.keyring_path, NOON)
    later, sealing = reopen(), sealed_columns.sealed_anew

    def slow(cipher: FieldCipher, sealed: SealedColumns, row: Any, active_id: str) -> Any:
        """After it was read, another process goes on with the draft, or empties the screening."""
        if row.id == emptied:
            with store.database.writing() as session:
                session.get_one(Screening, emptied).answers = b""
        if sealed.table.name == "screening_drafts":
            change_answers(store, token, lambda answers: {**answers, "age_years": 44}, NOON)
        return sealing(cipher, sealed, row, active_id)

    monkeypatch.setattr(sealed_columns, "sealed_anew", slow)
    *_, last = reseal(later)
    assert (last.values, last.changed_meanwhile, last.unreadable) == (5, 2, 0)
    assert find_draft(later, token, NOON).answers == {"age_years": 44}
    assert open_record(later, whole).screening.id == whole
    with store.database.reading() as session:
        assert session.get_one(Screening, emptied).answers == b""
        assert set(uses_of_keys(session)) == {later.keyring.active.id}


def test_a_key_that_something_needs_is_not_retired(store: Store, settings: Settings, reopen: Reopen) -> None:
    add(store)
    old = store.keyring.active.id
    with pytest.raises(KeyringError, match="in use"):
        retire(store, settings.keyring_path, old, NOON)
    rotate(store, settings.keyring_path, NOON)
    with pytest.raises(KeyInUseError) as values:
        retire(reopen(), settings.keyring_path, old, NOON)
    assert values.value.use.values > 0
    list(reseal(reopen()))
    with pytest.raises(KeyInUseError) as codes:
        retire(reopen(), settings.keyring_path, old, NOON)
    assert (codes.value.use.values, codes.value.use.codes) == (0, 1)
    assert load_keyring(settings.keyring_path).keys[0].state == "decrypt-only"


def forget_keys_of_codes(store: Store) -> None:
    """As versions did that noted none."""
    with store.database.writing() as session:
        session.execute(update(Screening).values(reference_key_id=None))


def test_a_rotation_notes_the_only_key_with_screenings_of_before_keys_were_noted(
    store: Store, settings: Settings, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_of_codes, "_BATCH", 2)
    for _ in range(5):
        add(store)
    forget_keys_of_codes(store)
    rotate(store, settings.keyring_path, NOON)
    assert [use.codes for use in list_keys(reopen()).keys] == [5, 0]


def test_a_screening_that_tells_no_key_keeps_every_key_that_it_may_be(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    add(store)
    old = store.keyring.active.id
    for _ in range(2):
        rotate(store, settings.keyring_path, NOON)
    forget_keys_of_codes(store)
    later = reopen()
    list(reseal(later))
    assert [use.codes for use in list_keys(later).keys] == [1, 1, 1]
    for key in later.keyring.keys[:2]:
        with pytest.raises(KeyInUseError):
            retire(later, settings.keyring_path, key.id, NOON)
    with store.database.writing() as session:
        session.execute(update(Screening).values(reference_mac=b"0" * 32, removed_at=NOON))
    retire(later, settings.keyring_path, old, NOON)


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


def test_a_draft_keeps_the_key_that_its_code_is_found_with(
    store: Store, settings: Settings, reopen: Reopen
) -> None:
    """Its content is sealed anew, also by the person who goes on with it; the MAC of its code is not."""
    token, old = start_screening(store, "en", NOON), store.keyring.active.id
    code = find_draft(store, token, NOON).reference_code
    with store.database.writing() as session:
        session.execute(update(ScreeningDraft).values(reference_mac=store.mac_of(code)))
    rotate(store, settings.keyring_path, NOON)
    later = reopen()
    assert list(reseal(later))
    change_answers(later, token, lambda answers: {**answers, "age_years": 44}, NOON)
    assert [(use.values, use.codes) for use in list_keys(later).keys] == [(0, 1), (1, 0)]
    with pytest.raises(KeyInUseError):
        retire(later, settings.keyring_path, old, NOON)
    finish(later, token, NOON)
    retire(later, settings.keyring_path, old, NOON)


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
    *_, last = reseal(later)
    assert last == Resealed(rows=2, values=5, unreadable=1)
    with later.database.reading() as session:
        assert session.get_one(Screening, damaged).answers == kept
    assert open_record(later, whole).screening.id == whole


def test_the_audit_tells_of_it(store: Store, settings: Settings, reopen: Reopen) -> None:
    old = store.keyring.active.id
    rotate(store, settings.keyring_path, NOON)
    note_resealed(reopen(), Resealed(rows=2, values=5, unreadable=1), NOON)
    retire(reopen(), settings.keyring_path, old, NOON)
    with store.database.reading() as session:
        found = session.execute(text("SELECT action, actor_kind FROM audit_events ORDER BY seq")).all()
    assert found == [(each, "operator") for each in ("key_added", "fields_reencrypted", "key_retired")]
