"""Diaries as they are kept: under which key, for how long, and what the desk sees of them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.domain.diary import DayKind, DayMark, Diary
from app.domain.reference_code import new_reference_code
from app.services import retention
from app.services.diary_beside import diary_beside
from app.services.diary_keeping import KEPT, note_days, open_diary
from app.services.keys import KeyInUseError, list_keys, reseal, retire, rotate
from app.services.reading_by_code import NothingUnderCodeError, look_up
from app.storage.audit import OPERATOR
from app.storage.encryption import FieldCipher, UnreadableError
from app.storage.keyring import load_keyring
from app.storage.models import PatientDiary
from app.storage.removal import remove_content
from app.storage.statuses import Remover
from app.storage.store import Store
from config import Settings
from tests.support.screenings import NOON, add

MIGRAINE = DayMark(DayKind.MIGRAINE, took_medicine=True)
YESTERDAY = date(2026, 3, 1)


def begin(store: Store, days: Diary, code: str | None = None) -> tuple[UUID, str]:
    """A screening and a diary under its code; the id of the screening, and the code."""
    code = code or new_reference_code()
    screening_id = add(store, code=code)
    note_days(store, look_up(store, code, None, NOON), lambda stored: {**stored, **days}, NOON)
    return screening_id, code


def days_under(store: Store, code: str) -> Diary:
    return open_diary(store, look_up(store, code, None, NOON), NOON).days


def reopened(store: Store, settings: Settings) -> Store:
    keyring = load_keyring(settings.keyring_path)
    return Store(store.database, keyring, FieldCipher(keyring))


def diaries(store: Store) -> int:
    with store.database.reading() as session:
        return len(session.scalars(select(PatientDiary.id)).all())


def test_what_was_noted_is_read_again_and_added_to(store: Store) -> None:
    _, code = begin(store, {YESTERDAY: MIGRAINE})
    other = {YESTERDAY - timedelta(days=1): DayMark(DayKind.NONE)}
    note_days(store, look_up(store, code, None, NOON), lambda stored: {**stored, **other}, NOON)
    assert days_under(store, code) == {YESTERDAY: MIGRAINE, **other}
    assert diaries(store) == 1


@pytest.mark.parametrize(("back", "is_kept"), [(364, True), (365, False)])
def test_days_older_than_a_diary_go_with_the_next_that_is_noted(
    back: int, is_kept: bool, store: Store
) -> None:
    day = NOON.date() - timedelta(days=back)
    _, code = begin(store, {day: MIGRAINE})
    assert (day in days_under(store, code)) is is_kept


def test_what_a_change_raises_stores_nothing(store: Store) -> None:
    _, code = begin(store, {YESTERDAY: MIGRAINE})

    def fail(_stored: Diary) -> Diary:
        raise LookupError

    with pytest.raises(LookupError):
        note_days(store, look_up(store, code, None, NOON), fail, NOON)
    assert days_under(store, code) == {YESTERDAY: MIGRAINE}


def test_under_a_code_that_leads_nowhere_nothing_is_noted(store: Store) -> None:
    token = look_up(store, new_reference_code(), None, NOON)
    with pytest.raises(NothingUnderCodeError):
        note_days(store, token, lambda _stored: {YESTERDAY: MIGRAINE}, NOON)
    assert diaries(store) == 0


def test_a_diary_alone_keeps_its_code_known(store: Store) -> None:
    screening_id, code = begin(store, {YESTERDAY: MIGRAINE})
    with store.database.writing() as session:
        remove_content(session, screening_id, Remover.RETENTION, NOON)
    assert days_under(store, code) == {YESTERDAY: MIGRAINE}
    assert diary_beside(store, screening_id, NOON.date()) is None, "nobody finds it from what was removed"


# --- how long -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "stays"), [(KEPT - timedelta(seconds=1), True), (KEPT, False)])
def test_it_goes_400_days_after_it_was_last_written_in(after: timedelta, stays: bool, store: Store) -> None:
    _, code = begin(store, {YESTERDAY: MIGRAINE})
    tally = list(retention.purge(store, OPERATOR, NOON + after))[-1]
    assert tally.others["diaries"] == (0 if stays else 1)
    assert diaries(store) == (1 if stays else 0)
    assert code


# --- keys -----------------------------------------------------------------------------------------


def test_it_is_found_and_read_after_a_rotation_and_keeps_the_key_of_its_code(
    store: Store, settings: Settings
) -> None:
    old = store.keyring.active.id
    screening_id, code = begin(store, {YESTERDAY: MIGRAINE})
    rotate(store, settings.keyring_path, NOON)
    later = reopened(store, settings)
    list(reseal(later))
    assert days_under(later, code) == {YESTERDAY: MIGRAINE}
    assert diary_beside(later, screening_id, NOON.date()) is not None
    with later.database.writing() as session:
        remove_content(session, screening_id, Remover.PATIENT, NOON)
    assert [use.codes for use in list_keys(later).keys] == [1, 0]
    with pytest.raises(KeyInUseError):
        retire(later, settings.keyring_path, old, NOON)


def test_a_screening_after_a_rotation_stands_beside_its_diary(store: Store, settings: Settings) -> None:
    """Also where the diary is all that is left under the code."""
    first, code = begin(store, {YESTERDAY: MIGRAINE})
    with store.database.writing() as session:
        remove_content(session, first, Remover.RETENTION, NOON)
    rotate(store, settings.keyring_path, NOON)
    later = reopened(store, settings)
    found = diary_beside(later, add(later, code=code), NOON.date())
    assert found is not None
    assert [each.migraine_days for each in found.counts] == [1]


# --- the desk -------------------------------------------------------------------------------------


def test_the_desk_sees_spans_of_days_up_to_yesterday(store: Store) -> None:
    noted = {NOON.date(): MIGRAINE, YESTERDAY: MIGRAINE, YESTERDAY - timedelta(days=28): MIGRAINE}
    screening_id, _ = begin(store, noted)
    found = diary_beside(store, screening_id, NOON.date())
    assert found is not None
    assert [(each.last, each.migraine_days, each.unmarked_days) for each in found.counts] == [
        (YESTERDAY, 1, 27),
        (YESTERDAY - timedelta(days=28), 1, 27),
    ]


def test_a_screening_without_a_diary_says_nothing_of_one(store: Store) -> None:
    begin(store, {YESTERDAY: MIGRAINE})
    assert diary_beside(store, add(store), NOON.date()) is None


def test_a_diary_that_is_damaged_says_so_and_is_never_another(store: Store) -> None:
    screening_id, code = begin(store, {YESTERDAY: MIGRAINE})
    with store.database.writing() as session:
        session.execute(update(PatientDiary).values(row_version=PatientDiary.row_version + 1))
    found = diary_beside(store, screening_id, NOON.date())
    assert found is not None
    assert (found.is_readable, found.counts) == (False, [])
    with pytest.raises(UnreadableError):
        days_under(store, code)
