"""How long a journey stays open, by the server's clock: on a person's own device and on a shared one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.questionnaire.draft_answers import draft_answers
from app.services.draft_limits import (
    HANDED_IN,
    HANDED_IN_SHARED,
    UNFINISHED,
    UNFINISHED_SHARED,
    Limits,
)
from app.services.draft_use import use_draft
from app.services.self_screening import (
    NoDraftError,
    change_answers,
    correct_warning_signs,
    find_draft,
    find_result,
    start_screening,
    submit_emergency,
    submit_screening,
)
from app.storage.database import Database, StorageUnavailableError
from app.storage.models import ScreeningDraft
from app.storage.store import Store
from tests.support.journeys import ADVICE_READ, EMERGENCY, POSITIVE
from tests.support.product import row_counts
from tests.support.screenings import NOON

SECOND = timedelta(seconds=1)
SITUATIONS = {
    "own, unfinished": (False, False, UNFINISHED),
    "own, handed in": (False, True, HANDED_IN),
    "shared, unfinished": (True, False, UNFINISHED_SHARED),
    "shared, handed in": (True, True, HANDED_IN_SHARED),
}
each_situation = pytest.mark.parametrize(
    ("is_shared", "is_submitted", "limits"), SITUATIONS.values(), ids=SITUATIONS
)


def started(store: Store, *, is_shared: bool = False, is_submitted: bool = False) -> str:
    token = start_screening(store, "en", NOON, is_shared=is_shared)
    answers = {**draft_answers(POSITIVE), **ADVICE_READ}
    change_answers(store, token, lambda _before: answers, NOON)
    if is_submitted:
        submit_screening(store, token, NOON)
    return token


def row(store: Store) -> ScreeningDraft:
    with store.database.reading() as session:
        return session.scalars(select(ScreeningDraft)).one()


def is_there(store: Store, token: str, now: datetime) -> bool:
    try:
        find_draft(store, token, now)
    except NoDraftError:
        return False
    return True


@pytest.mark.requirement("PAT-14", part="the limits of a shared device; those of an own one are longer")
def test_the_limits_are_these() -> None:
    assert Limits(timedelta(minutes=3), timedelta(hours=4)) == UNFINISHED_SHARED
    assert Limits(timedelta(minutes=3), timedelta(minutes=15)) == HANDED_IN_SHARED
    assert Limits(timedelta(days=7), timedelta(days=30)) == UNFINISHED
    assert Limits(timedelta(minutes=30), timedelta(hours=4)) == HANDED_IN


@each_situation
def test_without_use_a_draft_is_gone_at_its_limit_and_deleted(
    is_shared: bool, is_submitted: bool, limits: Limits, store: Store
) -> None:
    token = started(store, is_shared=is_shared, is_submitted=is_submitted)
    assert is_there(store, token, NOON + limits.unused - SECOND)
    assert row_counts(store)["screening_drafts"] == 1
    assert not is_there(store, token, NOON + limits.unused)
    assert row_counts(store)["screening_drafts"] == 0


@each_situation
def test_each_use_begins_the_time_anew_until_the_end_of_all(
    is_shared: bool, is_submitted: bool, limits: Limits, store: Store
) -> None:
    token = started(store, is_shared=is_shared, is_submitted=is_submitted)
    moment, pause = NOON, limits.unused - SECOND
    while moment + pause < NOON + limits.altogether:
        moment += pause
        use_draft(store, token, moment)
    assert is_there(store, token, NOON + limits.altogether - SECOND)
    assert not is_there(store, token, NOON + limits.altogether)


def test_every_change_begins_the_time_anew(store: Store) -> None:
    token = started(store)
    later = NOON + UNFINISHED.unused - SECOND
    change_answers(store, token, lambda before: {**before, "headache_days": 18}, later)
    assert find_draft(store, token, later + UNFINISHED.unused - SECOND).answers["headache_days"] == 18
    assert not is_there(store, token, later + UNFINISHED.unused)


def test_on_an_own_device_looking_is_noted_once_a_minute(store: Store) -> None:
    token = started(store)
    for seconds, noted in ((30, 0), (59, 0), (60, 60), (90, 60), (120, 120)):
        use_draft(store, token, NOON + timedelta(seconds=seconds))
        assert row(store).seen_at == NOON + timedelta(seconds=noted)


def test_on_a_shared_device_every_look_is_noted(store: Store) -> None:
    token = started(store, is_shared=True)
    for seconds in (1, 2, 100):
        now = NOON + timedelta(seconds=seconds)
        used = use_draft(store, token, now)
        assert row(store).seen_at == used.seen_at == now
        assert row(store).expires_at == used.expires_at == now + UNFINISHED_SHARED.unused


def test_looking_never_gives_a_result_the_time_of_an_unfinished_journey(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers are handed in between the look and the note of it."""
    token = started(store)
    stale = find_draft(store, token, NOON)
    submit_screening(store, token, NOON)
    monkeypatch.setattr("app.services.draft_use.find_draft", lambda *_: stale)
    use_draft(store, token, NOON + timedelta(minutes=2))
    assert row(store).expires_at == NOON + HANDED_IN.unused


def test_a_use_that_cannot_be_noted_is_no_failure(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = started(sqlite_store)

    def unreachable(_: Database) -> None:
        raise StorageUnavailableError

    monkeypatch.setattr(Database, "writing", unreachable)
    assert use_draft(sqlite_store, token, NOON + timedelta(hours=1)).answers
    with pytest.raises(NoDraftError):
        use_draft(sqlite_store, token, NOON + UNFINISHED.unused)


def test_what_follows_on_a_shared_device_is_shared_too(store: Store) -> None:
    token = started(store, is_shared=True, is_submitted=True)
    submit_emergency(store, token, list(EMERGENCY["red_flags"]), NOON)
    assert find_draft(store, token, NOON).is_shared
    correct_warning_signs(store, token, NOON)
    assert find_draft(store, token, NOON).is_shared


def test_the_time_of_a_result_begins_when_it_was_handed_in(store: Store) -> None:
    token = started(store)
    later = NOON + timedelta(days=6)
    submit_screening(store, token, later)
    assert row(store).submitted_at == later
    assert find_result(store, token, later + HANDED_IN.unused - SECOND) is not None
    submit_screening(store, token, later + timedelta(minutes=5))
    assert row(store).submitted_at == later


def test_a_token_of_nobody_costs_no_writing(sqlite_store: Store) -> None:
    begun: list[str] = []
    engine = sqlite_store.database.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: begun.append(statement))
    assert not is_there(sqlite_store, "x" * 43, NOON)
    assert begun
    assert not [each for each in begun if "IMMEDIATE" in each or "DELETE" in each]
