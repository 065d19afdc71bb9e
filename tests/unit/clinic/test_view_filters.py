"""A view and a place of the queue, written into an address and read again."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clinic.view_filters import known_here, read_place, read_view, written_place
from app.domain.codes import Outcome, Urgency
from app.storage.queue import Nobody, QueueFilter, QueuePlace, Standing
from app.storage.statuses import ScreeningStatus

ME = uuid4()
DAYS = st.dates(date(1970, 1, 1), date(9000, 12, 31))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants bounds without a zone


@given(st.integers(0, 3), MOMENTS, st.uuids())
def test_a_place_is_read_as_it_was_written_to_the_microsecond(
    rank: int, received_at: datetime, screening_id: UUID
) -> None:
    place = QueuePlace(rank, received_at, screening_id)
    assert read_place(written_place(place)) == place


@given(st.text() | st.from_regex(r"-?\d{1,30}\.-?\d{1,30}\.[0-9a-f]{32}", fullmatch=True))
def test_whatever_stands_for_a_place_is_one_or_none(text: str) -> None:
    place = read_place(text)
    assert place is None or (0 <= place.urgency_rank <= 9 and place.received_at.tzinfo is UTC)


def view(**arguments: str) -> QueueFilter:
    found = read_view(arguments, ME, "UTC")
    assert found.problems == {}
    return found.wanted


def test_nothing_in_the_address_is_the_open_screenings() -> None:
    found = read_view({}, ME, "UTC")
    assert (found.wanted, found.query, found.problems, found.address) == (QueueFilter(), {}, {}, "")
    assert QueueFilter().standing is Standing.OPEN


@pytest.mark.parametrize("value", [*Standing, *ScreeningStatus])
def test_a_status_is_read(value: Standing | ScreeningStatus) -> None:
    assert view(status=value.value) == QueueFilter(standing=value)


@pytest.mark.parametrize("value", Outcome)
def test_an_outcome_is_read(value: Outcome) -> None:
    assert view(outcome=value.value) == QueueFilter(outcome=value)


@pytest.mark.parametrize("value", Urgency)
def test_an_urgency_is_read(value: Urgency) -> None:
    assert view(urgency=value.value) == QueueFilter(urgency=value)


def test_an_owner_is_me_nobody_or_somebody() -> None:
    somebody = uuid4()
    assert view(assigned="me").assigned_to == ME
    assert view(assigned="nobody").assigned_to is Nobody.NOBODY
    assert view(assigned=str(somebody)).assigned_to == somebody


@given(DAYS, DAYS)
def test_days_are_read_from_midnight_to_midnight(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    wanted = read_view({"from": first.isoformat(), "until": last.isoformat()}, ME, "UTC").wanted
    assert wanted.received_from is not None
    assert wanted.received_before is not None
    assert (wanted.received_from.date(), wanted.received_from.time()) == (first, datetime.min.time())
    assert wanted.received_before - timedelta(days=(last - first).days + 1) == wanted.received_from


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Europe/London", 23), ("America/New_York", 23), ("Asia/Kolkata", 24), ("Pacific/Kiritimati", 24)],
)
def test_a_day_is_as_long_as_it_is_there(zone: str, hours: int) -> None:
    """The clocks go forward on these days of spring, where they do."""
    day = {"Europe/London": "2026-03-29", "America/New_York": "2026-03-08"}.get(zone, "2026-03-29")
    wanted = read_view({"from": day, "until": day}, ME, zone).wanted
    assert wanted.received_from is not None
    assert wanted.received_before is not None
    assert wanted.received_before - wanted.received_from == timedelta(hours=hours)


@pytest.mark.requirement("IO-03")
@given(
    st.dictionaries(st.sampled_from(["status", "outcome", "urgency", "assigned", "from", "until"]), st.text())
)
def test_whatever_stands_in_the_address_is_read_or_named(arguments: dict[str, str]) -> None:
    found = read_view(arguments, ME, "Europe/London")
    given_names = {name for name, text in arguments.items() if text.strip()}
    assert set(found.query) | set(found.problems) == given_names
    assert not set(found.query) & set(found.problems)
    assert len(found.address) <= 500, "the column that keeps it holds 500 characters"


def test_a_view_is_read_again_as_it_was_written() -> None:
    arguments = {
        "status": "any",
        "outcome": "cannot_tell",
        "urgency": "soon",
        "assigned": "me",
        "from": "2026-03-02",
        "until": "2026-03-31",
        "language": "en",
        "policy": "a policy & more = 100%",
    }
    found = read_view(arguments, ME, "Europe/London")
    assert found.problems == {}
    again = read_view(dict(parse_qsl(found.address)), ME, "Europe/London")
    assert again == found


def test_a_policy_or_a_clinician_that_is_not_known_here_is_left_out_and_named() -> None:
    somebody = uuid4()
    asked = read_view({"policy": "one", "assigned": str(somebody), "status": "any"}, ME, "UTC")
    assert known_here(asked, {"one"}, {somebody}) == asked
    found = known_here(asked, {"two"}, {uuid4()})
    assert found.wanted == QueueFilter(Standing.ANY)
    assert found.query == {"status": "any"}
    assert set(found.problems) == {"policy", "assigned"}
    nobody = read_view({"assigned": "nobody"}, ME, "UTC")
    assert known_here(nobody, set(), set()) == nobody
