"""What the desk sees of a diary: its counts beside a screening with the same code, not the single days."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.domain.diary import DiaryCount, windows
from app.storage.diaries import find_diary_beside
from app.storage.encryption import UnreadableError
from app.storage.store import Store


@dataclass(frozen=True)
class DiaryBeside:
    """Spans of 28 days, the latest first, up to yesterday. A diary that is damaged says so and has none."""

    counts: list[DiaryCount]
    is_readable: bool = True


def diary_beside(store: Store, screening_id: UUID, today: date) -> DiaryBeside | None:
    """The diary of the person who sent a screening; None where there is none. `today` is the clinic's.

    Whoever opens the record has noted that already.
    """
    try:
        with store.database.reading() as session:
            found = find_diary_beside(session, store.cipher, screening_id)
    except UnreadableError:
        return DiaryBeside([], is_readable=False)
    if found is None:
        return None
    return DiaryBeside(windows(found.days, today - timedelta(days=1)))
