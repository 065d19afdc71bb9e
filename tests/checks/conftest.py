"""An installation that the operator's commands make and use."""

from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from app.storage.store import Store
from config import Settings
from tests.checks.commands import Importing, Run
from tests.support.cohorts import where


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "installation"


@pytest.fixture
def run(data_dir: Path) -> Run:
    """Runs a command with this data directory and settings of its own."""

    def runner(command: Command, *arguments: str, **settings: str) -> Result:
        environment = {"DATA_DIR": str(data_dir), "DATABASE_URL": None, "PUBLIC_URL": None, "HOST": None}
        environment |= {"PORT": None, "FLASK_DEBUG": None, **settings}
        return CliRunner().invoke(command, arguments, env=environment, catch_exceptions=False)

    return runner


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Where a file to import is written."""
    return tmp_path / "cohort.csv"


@pytest.fixture
def errors(tmp_path: Path) -> Path:
    """Where its wrong rows are written."""
    return tmp_path / "wrong.csv"


@pytest.fixture
def importing(run: Run, store: Store, settings: Settings) -> Importing:
    """`import-cohort` on both engines."""
    return Importing(run, where(store, settings))


@pytest.fixture
def importing_sqlite(run: Run, sqlite_store: Store, settings: Settings) -> Importing:
    return Importing(run, where(sqlite_store, settings))
