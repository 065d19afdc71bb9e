"""The retention page: limits, what would go, a run and its receipt."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.services.keep_limits import limits
from app.services.retention import purge
from app.storage.audit import OPERATOR
from app.storage.screenings import set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.integration.web.clinic.record_page import table
from tests.integration.web.clinic.test_admin_people import BOTH, actions
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, Person
from tests.support.client import Page, WebClient
from tests.support.product import row_counts
from tests.support.screenings import add

RETENTION = "/clinic/admin/retention"


@pytest.fixture
def client(enter: Callable[[Person], WebClient], sqlite_store: Store) -> WebClient:
    """An administrator's browser, in a clinic where a screening came today."""
    add(sqlite_store, received_at=datetime.now(UTC))
    return enter(ADMINISTRATOR_ONLY)


def planned(page: Page, status: str) -> tuple[str, str]:
    """How long a status is kept, and how many go now."""
    rows = {row[0]: row for row in table(page, "What the next run removes")}
    return rows[status][1], rows[status][2]


def add_old(store: Store, status: ScreeningStatus, days: int) -> None:
    screening_id = add(store, received_at=datetime.now(UTC) - timedelta(days=days))
    with store.database.writing() as session:
        set_status(session, screening_id, status)


def days(store: Store) -> dict[str, int]:
    return {each.status.value: each.days for each in limits(store)}


def test_the_page_says_what_is_kept_and_what_goes_and_changes_nothing(
    client: WebClient, sqlite_store: Store
) -> None:
    add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    before = row_counts(sqlite_store)
    page = client.open(RETENTION)
    assert page.values("Save the limits")["closed"] == ["730"]
    assert planned(page, "Closed") == ("730 days", "1")
    assert "No run has ended yet." in page.main
    assert "Nothing was removed yet." in page.main
    assert row_counts(sqlite_store) == before


def test_limits_are_saved_together_and_noted_for_what_changed(client: WebClient, sqlite_store: Store) -> None:
    client.open(RETENTION)
    page = client.submit("Save the limits", closed="365", new=" 1 095 ".replace(" ", ""))
    assert "The limits are saved." in page.main
    assert days(sqlite_store)["closed"] == 365
    assert actions(sqlite_store).count("setting_changed") == 1


@pytest.mark.parametrize("typed", ["", "29", "36501", "soon", "-3", "30.5", "1e3", "²"])
def test_a_limit_that_cannot_be_is_said_and_kept(typed: str, client: WebClient, sqlite_store: Store) -> None:
    client.open(RETENTION)
    page = client.submit("Save the limits", closed=typed, reviewed="400", status=422)
    assert list(page.errors) == ["closed"]
    assert page.title.startswith("Error:")
    assert page.values("Save the limits")["closed"] == [typed]
    assert page.values("Save the limits")["reviewed"] == ["400"]
    assert days(sqlite_store)["reviewed"] == 730


def test_a_run_removes_and_its_receipt_is_shown(client: WebClient, sqlite_store: Store) -> None:
    add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    add_old(sqlite_store, ScreeningStatus.CLOSED, 10)
    client.open(RETENTION)
    page = client.submit("Remove them now", clock=["right"], sure=["1"])
    assert "The run has ended." in page.main
    assert "Closed: 1" in page.main
    assert planned(page, "Closed") == ("730 days", "0")
    assert actions(sqlite_store).count("screenings_purged") == 2


def test_a_run_stops_before_a_browser_gives_up(
    client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clinic.admin_retention._MOST_AT_ONCE", 2)
    monkeypatch.setattr("app.services.retention._BATCH", 1)
    for _ in range(3):
        add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    client.open(RETENTION)
    stopped = client.submit("Remove them now", clock=["right"], sure=["3"])
    assert "Run it again for the rest." in stopped.main
    assert "The run has ended." in client.submit("Remove them now", clock=["right"], sure=["1"]).main


def test_a_run_removes_only_the_number_that_was_agreed_to(client: WebClient, sqlite_store: Store) -> None:
    add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    add_old(sqlite_store, ScreeningStatus.CLOSED, 720)  # only announced
    said = {"sure": "Look at the number, and tick the box to remove them"}
    assert "Yes, remove 1 screening for good" in client.open(RETENTION).main
    assert client.submit("Remove them now", clock=["right"], status=422).errors == said
    assert planned(client.current, "Closed") == ("730 days", "1")
    add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    page = client.submit("Remove them now", clock=["right"], sure=["1"], status=422)
    assert page.errors == said
    assert "Yes, remove these 2 screenings for good" in page.main
    assert "screenings_purged" not in actions(sqlite_store)


@pytest.mark.requirement("DAT-15")
def test_the_first_run_asks_about_the_clock(client: WebClient, sqlite_store: Store) -> None:
    add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    assert "By the clock of the server it is" in client.open(RETENTION).main
    page = client.submit("Remove them now", sure=["1"], status=409)
    assert "Nothing was removed: this is the first run." in page.main
    assert planned(page, "Closed") == ("730 days", "1")
    assert "The run has ended." in client.submit("Remove them now", clock=["right"], sure=["1"]).main
    assert "By the clock of the server" not in client.open(RETENTION).main


@pytest.mark.requirement("DAT-15")
def test_a_run_after_a_long_pause_asks_about_the_clock(client: WebClient, sqlite_store: Store) -> None:
    add_old(sqlite_store, ScreeningStatus.CLOSED, 780)
    list(purge(sqlite_store, OPERATOR, datetime.now(UTC) - timedelta(days=70)))
    client.open(RETENTION)
    page = client.submit("Remove them now", sure=["1"], status=409)
    assert "more than 48 hours have passed" in page.main
    assert planned(page, "Closed") == ("730 days", "1")
    assert "The run has ended." in client.submit("Remove them now", clock=["right"], sure=["1"]).main


@pytest.mark.requirement("DAT-15")
def test_a_clock_that_was_set_back_removes_nothing(client: WebClient, sqlite_store: Store) -> None:
    add_old(sqlite_store, ScreeningStatus.CLOSED, 800)
    add(sqlite_store, received_at=datetime.now(UTC) + timedelta(days=1))
    client.open(RETENTION)
    page = client.submit("Remove them now", sure=["1"], extra={"clock": "right"}, status=409)
    assert "the clock of the server was set back" in page.main
    assert planned(page, "Closed") == ("730 days", "1")


def test_what_nobody_has_finished_is_announced_here_and_on_the_first_page(
    client: WebClient, enter: Callable[[Person], WebClient], sqlite_store: Store
) -> None:
    add_old(sqlite_store, ScreeningStatus.NEW, 1080)
    words = "1 screening that nobody has finished is removed within 30 days."
    assert words in client.open(RETENTION).main
    assert words in client.open("/clinic/admin/people").main
    assert words in enter(BOTH).open("/clinic/").main
    assert words not in enter(CLINICIAN).open("/clinic/").main
