"""The scripts that an installation runs: commands with its settings, and what happens each night."""

import getpass
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.support import deploy
from tests.support.deploy import DEPLOY
from tests.support.server import INHERITED, ROOT

DAY = 24 * 60 * 60


def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return subprocess.run(
        ["sh", str(DEPLOY / script), *arguments],
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The settings of an installation, with a token for the counts, and how its commands find them."""
    (tmp_path / "token").write_text("t0ken" * 10)
    offered = deploy.example_environment(with_offers=False) | {
        "DATA_DIR": str(tmp_path / "data"),
        "METRICS_TOKEN_FILE": str(tmp_path / "token"),
    }
    settings = tmp_path / "screener.env"
    settings.write_text("".join(f'{name}="{value}"\n' for name, value in offered.items()))
    return {"SCREENER_USER": getpass.getuser(), "SCREENER_ENV": str(settings)}


def test_a_command_runs_with_the_settings_of_the_service(installed: dict[str, str]) -> None:
    done = run("command.sh", "init", **installed)
    assert done.returncode == 0, done.stderr
    assert "https://screening.example.org/clinic/set-up/" in done.stdout
    data = Path(installed["SCREENER_ENV"]).with_name("data")
    assert {path.stat().st_mode & 0o077 for path in (data, *data.iterdir())} == {0}


def test_each_unit_names_the_same_folders_as_the_command() -> None:
    text = (DEPLOY / "command.sh").read_text("utf-8")
    for name in ("screener.service", "screener-night.service"):
        environment = deploy.unit_environment(name)
        assert {"DATA_DIR", "METRICS_DIR"} <= set(environment)
        assert all(f"{key}={value}" in text for key, value in environment.items())


def test_a_night_makes_a_backup_and_lets_old_ones_go(installed: dict[str, str], tmp_path: Path) -> None:
    assert run("command.sh", "init", **installed).returncode == 0
    assert run("command.sh", "purge", "--clock-is-right", **installed).returncode == 0
    backups = tmp_path / "backups"
    backups.mkdir()
    for name, days in (("old.backup", 40), ("young.backup", 20), ("old.other", 40)):
        (backups / name).touch()
        os.utime(backups / name, (time.time() - days * DAY,) * 2)
    own = {"DATA_DIR": str(tmp_path / "data")}
    done = run("night.sh", str(backups), "30", **own)
    assert done.returncode == 0, done.stderr
    found = {path.name for path in backups.iterdir()}
    assert {"young.backup", "old.other"} < found
    assert "old.backup" not in found
    assert len(found) == 3


def test_a_night_that_fails_keeps_every_backup(tmp_path: Path) -> None:
    old = tmp_path / "old.backup"
    old.touch()
    os.utime(old, (time.time() - 40 * DAY,) * 2)
    done = run("night.sh", str(tmp_path), "30", DATA_DIR=str(tmp_path / "nothing"))
    assert done.returncode != 0
    assert old.exists()


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_scripts_can_be_parsed(path: Path) -> None:
    subprocess.run(["sh", "-n", str(path)], cwd=ROOT, check=True)


def test_what_is_run_by_name_can_be_run() -> None:
    assert os.access(DEPLOY / "command.sh", os.X_OK)
