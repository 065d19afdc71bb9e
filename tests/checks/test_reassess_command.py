"""`reassess`: one line about what was done, one line when something is wrong, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.commands.init import init
from app.commands.reassess import reassess_screenings
from app.commands.seed_demo import seed_demo
from app.domain.policy_files import LoadedPolicies
from app.services.reassessment import Tally
from app.storage.database import ConflictError, StorageUnavailableError
from app.storage.models import Screening
from app.storage.store import Store
from config import Settings
from tests.checks.commands import Run, failed, failed_after_work, flask, installed, succeeded
from tests.checks.test_policies_at_start import OWN, put
from tests.support.product import row_counts
from tests.support.screenings import add


def said(seen: int, computed: int, different: int) -> str:
    return f"Looked at {seen} screenings, assessed {computed} anew; {different} differ.\n"


@pytest.fixture
def installation(run: Run, data_dir: Path) -> Path:
    """An installation with five screenings of today's rules."""
    succeeded(run(init))
    succeeded(run(seed_demo, "--count", "5"))
    return data_dir


def test_an_empty_installation_has_nothing_to_do(run: Run) -> None:
    succeeded(run(init))
    assert succeeded(run(reassess_screenings)) == said(0, 0, 0)


def test_nothing_is_assessed_anew_when_nothing_has_changed(run: Run, installation: Path) -> None:
    for _ in range(2):
        assert succeeded(run(reassess_screenings)) == said(0, 0, 0)


def test_a_new_policy_of_the_clinic_is_computed_once(run: Run, installation: Path) -> None:
    put(installation, "own.toml", OWN)
    assert succeeded(run(reassess_screenings)) == said(5, 5, 5)
    assert succeeded(run(reassess_screenings)) == said(0, 0, 0)
    put(installation, "own.toml", OWN.replace('version = "2026"', 'version = "2027"'))
    assert succeeded(run(reassess_screenings)) == said(5, 5, 5)
    store = installed(installation)
    assert row_counts(store)["screening_reassessments"] == 10
    store.database.close()


def test_both_databases_are_worked_on_the_same_way(store: Store, settings: Settings, run: Run) -> None:
    for _ in range(3):
        add(replace(store, policies=LoadedPolicies(())))
    url = store.database.engine.url.render_as_string(hide_password=False)
    where = {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": url}
    assert succeeded(run(reassess_screenings, **where)) == said(3, 3, 3)
    assert succeeded(run(reassess_screenings, **where)) == said(0, 0, 0)
    assert row_counts(store)["screening_reassessments"] == 3


def test_a_screening_that_cannot_be_read_is_counted_and_left_and_the_status_is_one(
    run: Run, installation: Path
) -> None:
    store = installed(installation)
    with store.database.writing() as session:
        damaged = session.query(Screening).order_by(Screening.id).limit(2).all()
        for each in damaged:
            each.answers = b"damaged"
    put(installation, "own.toml", OWN)
    for seen, computed in ((5, 3), (2, 0)):
        result = run(reassess_screenings)
        assert failed_after_work(result) == "Screenings that cannot be read: 2. They were left as they are."
        assert result.stdout == said(seen, computed, computed)
    with store.database.reading() as session:
        assert session.query(Screening).filter_by(answers=b"damaged").count() == 2
    store.database.close()


def interrupted_by(problem: BaseException) -> Any:
    def reassess(*_: object) -> Iterator[Tally]:
        yield Tally(seen=200, computed=150, different=9)
        raise problem

    return reassess


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            KeyboardInterrupt(),
            "Stopped after 200 screenings. What is done is kept; run the command again.",
        ),
        (ConflictError(), "This command runs twice. Wait for the other one to end."),
        (
            StorageUnavailableError(),
            "The database does not answer. Check that it runs, then try again.",
        ),
    ],
    ids=["stopped", "twice", "gone"],
)
def test_what_stops_it_is_one_line(
    problem: BaseException, line: str, run: Run, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.reassess.reassess", interrupted_by(problem))
    assert failed(run(reassess_screenings)) == line


def test_stopped_half_way_it_can_be_run_again(
    run: Run, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.reassessment._BATCH", 2)
    put(installation, "own.toml", OWN)
    with monkeypatch.context() as patch:
        patch.setattr("app.commands.progress.Progress.update", stops_at_the_second_batch())
        assert failed(run(reassess_screenings)).startswith("Stopped after 4 screenings.")
    assert succeeded(run(reassess_screenings)) == said(1, 1, 1)


def stops_at_the_second_batch() -> Any:
    """The operator presses Ctrl+C while the bar is drawn for the second time."""
    calls = iter((None, KeyboardInterrupt()))

    def update(*_: object, **__: object) -> None:
        problem = next(calls)
        if problem is not None:
            raise problem

    return update


@pytest.mark.parametrize("arguments", [("--unheard-of",), ("extra",)])
def test_wrong_use_ends_with_two(arguments: tuple[str, ...], run: Run) -> None:
    result = run(reassess_screenings, *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_the_real_command_line_says_the_same(installation: Path) -> None:
    put(installation, "own.toml", OWN)
    done = flask(installation, "reassess")
    assert (done.returncode, done.stdout, done.stderr) == (0, said(5, 5, 5), "")
    again = flask(installation, "reassess")
    assert (again.returncode, again.stdout, again.stderr) == (0, said(0, 0, 0), "")
