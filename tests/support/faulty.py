"""The product with something broken in it, for the real server: `tests.support.faulty:app`.

The shipped program has no switch for any of this. What is broken comes from the environment:

* `FAIL_POINT=CP2` and `FAIL_EVERY=5`: the worker kills itself at that point of every fifth submission;
* `SQLITE_SETTINGS=journal_mode=WAL,synchronous=NORMAL`: other settings than the shipped ones;
* `CLOCK_FILE=path`: the clock is wrong by as many seconds as the file says at that moment;
* `SUBMIT_SECONDS=2`: each submission takes as long.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

from app.storage import database
from app.web import context

_SUBMIT: Final = "/screening/submit"
_turns: Final = count(1)
_is_turn = False


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(beginning: str) -> Callable[..., None]:
    """Dies after a statement of the chosen submission, before whatever follows it."""

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _is_turn and statement.startswith(beginning):
            _die()

    return listen


def _break_transactions(point: str) -> None:
    if point == "CP2":
        event.listen(Engine, "after_cursor_execute", _after("INSERT INTO screenings"))
    if point == "CP3":
        event.listen(Engine, "after_cursor_execute", _after("INSERT INTO audit_events"))


def _with_other_settings(wanted: str) -> None:
    own = tuple(f"PRAGMA {each}" for each in wanted.split(","))
    kept = [each for each in database._SQLITE_SETTINGS if not each.startswith(("PRAGMA jour", "PRAGMA sync"))]
    vars(database)["_SQLITE_SETTINGS"] = (*own, *kept)


def _with_other_clock(file: Path) -> None:
    """Before the apps are made: their modules take the clock by its name."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text() or 0))

    vars(context)["now"] = now


class _Submissions:
    """Stands before the apps, and breaks or delays every so many submissions."""

    def __init__(self, app: Any, point: str, every: int, seconds: float) -> None:
        self._app, self._point, self._every, self._seconds = app, point, every, seconds

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        global _is_turn  # noqa: PLW0603 (the listeners of the engine are told nothing else)
        if environ["PATH_INFO"] != _SUBMIT or environ["REQUEST_METHOD"] != "POST":
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        time.sleep(self._seconds)
        _is_turn = bool(self._point) and next(_turns) % self._every == 0
        if _is_turn and self._point == "CP1":
            _die()
        answer = self._app(environ, start_response)
        if _is_turn and self._point == "CP5":
            _die()
        return answer


@lru_cache
def _broken_app() -> Any:
    said = os.environ
    _break_transactions(said.get("FAIL_POINT", ""))
    if wanted := said.get("SQLITE_SETTINGS"):
        _with_other_settings(wanted)
    if file := said.get("CLOCK_FILE"):
        _with_other_clock(Path(file))
    import serving
    import wsgi

    every, seconds = int(said.get("FAIL_EVERY", "1")), float(said.get("SUBMIT_SECONDS", "0"))
    broken = _Submissions(wsgi.app, said.get("FAIL_POINT", ""), every, seconds)
    return serving.WholeRequests(broken)


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    return _broken_app()
