"""An installation that the operator's commands make and use."""

from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from tests.checks.commands import Run


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
