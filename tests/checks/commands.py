"""Running the operator's commands, and what their success and failure look like."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from click.testing import Result

from app.commands.cohort import import_cohort
from app.storage.store import Store, open_store
from config import load_settings

PROJECT = Path(__file__).resolve().parents[2]
Run = Callable[..., Result]


class Importing:
    """`import-cohort` with the store of a test."""

    def __init__(self, run: Run, settings: dict[str, str]) -> None:
        self._run, self._settings = run, settings

    def __call__(self, file: Path, *more: str | Path) -> Result:
        return self._run(import_cohort, str(file), *map(str, more), **self._settings)


def succeeded(result: Result) -> str:
    """What it said on standard output."""
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def failed(result: Result) -> str:
    """The one line on standard error."""
    assert result.stdout == ""
    return failed_after_work(result)


def failed_after_work(result: Result) -> str:
    """As `failed`, but something may have been done, and said, before."""
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert "Traceback" not in result.output
    assert "canary-password" not in result.output
    return result.stderr.strip()


def installed(data_dir: Path) -> Store:
    """The store of an installation that `init` has made."""
    settings = load_settings({"DATA_DIR": str(data_dir)})
    return open_store(settings.database_url, settings.keyring_path, settings.policies_folder)


def environment_of(data_dir: Path, **settings: str) -> dict[str, str]:
    environment: Mapping[str, Any] = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **settings}
    return dict(environment)


def python(data_dir: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Runs Python in the project with this data directory and nothing of the caller's settings."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment_of(data_dir, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def flask(data_dir: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Runs the real command line."""
    return python(data_dir, "-m", "flask", "--app", "wsgi", *arguments, **settings)


def serve(data_dir: Path, name: str = "app") -> "subprocess.CompletedProcess[str]":
    """Loads an app as a server does."""
    return python(data_dir, "-c", f"import wsgi; wsgi.{name}")
