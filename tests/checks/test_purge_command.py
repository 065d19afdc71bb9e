"""`purge`, `retention` and `settings`: what they say, what they do, and that a dry run does nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click import Command

from app.commands.init import init
from app.commands.purge import purge_screenings
from app.commands.retention import clinic_settings, retention_limits
from app.services.retention import Tally, purge
from app.storage.audit import OPERATOR
from app.storage.models import Screening
from app.storage.screenings import set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.checks.commands import Run, failed, failed_after_work, installed, succeeded
from tests.support.screenings import add

NOW = datetime.now(UTC)


@pytest.fixture
def installation(run: Run, data_dir: Path) -> Iterator[Store]:
    """An installation with two screenings, of which one was closed and is old enough to go."""
    succeeded(run(init))
    store = installed(data_dir)
    add(store, received_at=NOW)
    old = add(store, received_at=NOW - timedelta(days=800))
    with store.database.writing() as session:
        set_status(session, old, ScreeningStatus.CLOSED)
    yield store
    store.database.close()


def there(store: Store) -> int:
    with store.database.reading() as session:
        return session.query(Screening).filter(Screening.removed_at.is_(None)).count()


def test_a_dry_run_says_what_would_go_and_removes_nothing(run: Run, installation: Store) -> None:
    said = succeeded(run(purge_screenings, "--dry-run"))
    day = (NOW - timedelta(days=800)).date()
    assert f"closed: kept for 730 days, 1 to remove, the oldest of {day}\n" in said
    assert "new: kept for 1095 days, 0 to remove\n" in said
    assert said.endswith("Nothing was removed: this was a dry run.\n")
    assert there(installation) == 2


def test_a_run_says_the_same_and_does_it_and_the_next_has_nothing_to_do(
    run: Run, installation: Store
) -> None:
    dry = succeeded(run(purge_screenings, "--dry-run")).splitlines()[:-1]
    said = succeeded(run(purge_screenings, "--clock-is-right")).splitlines()
    assert said[: len(dry)] == dry
    assert "Removed 1 screenings." in said
    assert there(installation) == 1
    assert "Removed 0 screenings." in succeeded(run(purge_screenings))


def test_a_run_that_was_stopped_says_so(
    run: Run, installation: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Iterator[Tally]:
        yield Tally({"closed": 7})
        raise KeyboardInterrupt

    monkeypatch.setattr("app.services.retention.purge", stopped)
    said = failed_after_work(run(purge_screenings, "--clock-is-right"))
    assert said == "Stopped after 7 screenings. They stay removed; run it again for the rest."


@pytest.mark.requirement("DAT-15")
def test_the_first_run_asks_about_the_clock(run: Run, installation: Store) -> None:
    said = failed(run(purge_screenings))
    assert said.startswith("Nothing was removed: this is the first run. If it is now ")
    assert said.endswith(" UTC, run: flask --app wsgi purge --clock-is-right")
    assert there(installation) == 2


@pytest.mark.requirement("DAT-15")
@pytest.mark.parametrize(("days", "words"), [(3, "--clock-is-right"), (-3, "Set the clock")])
def test_a_clock_that_may_be_wrong_removes_nothing(
    days: int, words: str, run: Run, installation: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return NOW + timedelta(days=days)

    list(purge(installation, OPERATOR, NOW - timedelta(days=200)))
    monkeypatch.setattr("app.commands.purge.datetime", Clock)
    assert words in failed(run(purge_screenings))
    assert there(installation) == 2
    if days > 0:
        succeeded(run(purge_screenings, "--clock-is-right"))
        assert there(installation) == 1
    else:
        failed(run(purge_screenings, "--clock-is-right"))


def test_demonstrations_alone_can_be_removed(run: Run, installation: Store) -> None:
    for _ in range(2):
        add(installation, received_at=NOW, is_demonstration=True)
    said = succeeded(run(purge_screenings, "--demonstration", "--dry-run"))
    assert said == "Demonstration screenings to remove: 2. Nothing was removed: this was a dry run.\n"
    assert succeeded(run(purge_screenings, "--demonstration")) == "Removed 2 demonstration screenings.\n"
    assert there(installation) == 2
    assert succeeded(run(purge_screenings, "--demonstration")) == "Removed 0 demonstration screenings.\n"


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(retention_limits, ("set", "closed", "90")), (clinic_settings, ("set", "keep_closed_days", "90"))],
    ids=["retention", "settings"],
)
def test_a_limit_is_changed_and_shown(
    command: Command, arguments: tuple[str, ...], run: Run, installation: Store
) -> None:
    assert "closed: 730 days (as delivered)\n" in succeeded(run(retention_limits, "show"))
    assert succeeded(run(command, *arguments)) == "Screenings that are closed are kept for 90 days.\n"
    assert "closed: 90 days (set on " in succeeded(run(retention_limits, "show"))
    assert "keep_closed_days=90\n" in succeeded(run(clinic_settings, "show"))


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (retention_limits, ("set", "lost", "90")),
        (retention_limits, ("set", "closed", "29")),
        (retention_limits, ("set", "closed", "soon")),
        (clinic_settings, ("set", "keep_lost_days", "90")),
        (clinic_settings, ("set", "keep_closed_days", "99999")),
    ],
)
def test_wrong_use_changes_nothing(
    command: Command, arguments: tuple[str, ...], run: Run, installation: Store
) -> None:
    assert run(command, *arguments).exit_code == 2
    assert "set on" not in succeeded(run(retention_limits, "show"))
