"""Files that commands write: for their owner only, whole or not there, and not left behind by a stop."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO


@contextmanager
def whole_file(output: Path) -> Iterator[BinaryIO]:
    """A file for its owner only, that appears under its name only when it is whole."""
    with _unfinished(output) as (unfinished, target):
        yield target
        target.close()
        unfinished.replace(output)


@contextmanager
def new_file(output: Path) -> Iterator[BinaryIO]:
    """As `whole_file`, but it never takes the place of another, and does not appear when it is empty.

    Raises:
        FileExistsError: another has come under this name meanwhile.
    """
    with _unfinished(output) as (unfinished, target):
        yield target
        target.close()
        if unfinished.stat().st_size:
            os.link(unfinished, output)


@contextmanager
def _unfinished(output: Path) -> Iterator[tuple[Path, BinaryIO]]:
    handle, name = mkstemp(prefix=f".{output.name}.", suffix=".unfinished", dir=output.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            yield unfinished, target
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def stopped_like_ctrl_c() -> Iterator[None]:
    """A request to end, or a terminal that closes, stops as Ctrl+C does: health data is not left behind."""
    before = {
        each: signal.signal(each, signal.default_int_handler) for each in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
