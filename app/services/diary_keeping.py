"""Keeping a diary under a reference code: reading it, noting days, and counting on it. See docs/adr/0027."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.codes import CountedFrom
from app.domain.diary import Diary, DiaryCount, count_days, earliest_day
from app.services.opening_by_code import OpenedScreening, open_by_code
from app.services.reading_by_code import NothingUnderCodeError, Reading, find_reading
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.diaries import add_diary, find_diary, save_days
from app.storage.encryption import CodeMacs, UnreadableError
from app.storage.store import Store
from app.storage.visits import find_screening_id, hold_code
from app.storage.waiting_drafts import find_waiting

KEPT: Final = timedelta(days=400)
Change = Callable[[Diary], Diary]


@dataclass(frozen=True)
class OpenedDiary:
    """The diary of whoever holds the code, with what else stands under it. `today` is the clinic's."""

    reading: Reading
    days: Diary
    today: date

    @property
    def yesterday(self) -> date:
        """The last day that is over: a day that goes on is not counted yet."""
        return self.today - timedelta(days=1)


@dataclass(frozen=True)
class Recall:
    """A count from memory, of so many days before `sent_on`, beside the diary of the same days."""

    sent_on: date
    headache_days: int | None
    migraine_days: int | None
    counted: DiaryCount


def today_of(store: Store, now: datetime) -> date:
    """The day that it is, by the clinic's clock."""
    return now.astimezone(store.zone).date()


def open_diary(store: Store, token: str | None, now: datetime) -> OpenedDiary:
    """The diary under the code that this browser may read, empty where there is none yet; noted.

    Raises:
        NoGrantError: it may read nothing.
        NothingUnderCodeError: there is nothing under its code.
    """
    reading = find_reading(store, token, now)
    days: Diary = {}
    if reading.has_diary:
        with store.database.writing() as session:
            found = find_diary(session, store.cipher, store.macs_of(reading.reference_code))
            if found is not None:
                days = found.days
                entry = AuditEntry(Action.DIARY_READ_BY_CODE, PATIENT, now, found.id)
                add_audit_entry(session, store.keyring, entry)
    return OpenedDiary(reading, days, today_of(store, now))


def note_days(store: Store, token: str | None, change: Change, now: datetime) -> None:
    """Apply a change to the diary while nobody else can. Days that are older than a diary holds go.

    What `change` raises passes through, and nothing is stored.

    Raises:
        NoGrantError: this browser may read nothing, so it may note nothing either.
        NothingUnderCodeError: there is nothing under its code: nobody could find a diary there again.
    """
    reading = find_reading(store, token, now)
    code, first = store.macs_of(reading.reference_code), earliest_day(today_of(store, now))
    with store.database.writing() as session:
        hold_code(session, code)
        found = find_diary(session, store.cipher, code, for_update=True)
        if found is None and not _leads_anywhere(session, code, now):
            raise NothingUnderCodeError  # it was deleted meanwhile
        before = found.days if found else {}
        days = {day: mark for day, mark in change(before).items() if day >= first}
        if days == before:
            return
        if found:
            save_days(session, store.cipher, found.id, days, now, now + KEPT)
        diary_id = found.id if found else add_diary(session, store.cipher, code, days, now, now + KEPT)
        add_audit_entry(session, store.keyring, AuditEntry(Action.DIARY_CHANGED, PATIENT, now, diary_id))


def _leads_anywhere(session: Session, code: CodeMacs, now: datetime) -> bool:
    return find_screening_id(session, code) is not None or find_waiting(session, code, now) is not None


def recalls(store: Store, token: str | None, diary: OpenedDiary, now: datetime) -> list[Recall]:
    """Each screening that was counted from memory, where the diary has every day that it was about.

    The newest first. Only those are opened, and noted, whose days the diary has.
    """
    found = []
    for about in diary.reading.screenings:
        before = about.received_at.astimezone(store.zone).date() - timedelta(days=1)
        if count_days(diary.days, before, DEFAULT_WINDOW_DAYS).is_complete:
            try:
                opened = open_by_code(store, token, now, Action.SCREENING_READ_BY_CODE, about.visit)
            except (NothingUnderCodeError, UnreadableError):  # deleted meanwhile, or damaged: the rest counts
                continue
            found += [each for each in (_recall(one, diary.days, before) for one in opened) if each]
    return found


def _recall(opened: OpenedScreening, days: Diary, last: date) -> Recall | None:
    answers = opened.result.answers
    window = answers.get("window_days") or DEFAULT_WINDOW_DAYS
    counted = count_days(days, last, window) if isinstance(window, int) else None
    is_memory = answers.get("counted_from") != CountedFrom.DIARY.value
    if counted is None or not counted.is_complete or not is_memory:
        return None
    headache, migraine = (_number(answers.get(name)) for name in ("headache_days", "migraine_days"))
    if headache is None and migraine is None:
        return None
    return Recall(last + timedelta(days=1), headache, migraine, counted)


def _number(answer: object) -> int | None:
    return answer if isinstance(answer, int) else None
