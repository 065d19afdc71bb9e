"""Anchors: where the end of the audit chain was at some moment, kept in a file outside the database.

The chain alone does not show that its last rows are gone; an anchor that names them does. The file is
best on another disk, or where it can only be added to. One line of JSON is one anchor.
"""

import json
import logging
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.storage.audit import ChainEnd, end_written

_log: Final = logging.getLogger("screening")
EVERY: Final = timedelta(minutes=15)
_LOOK_AGAIN_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Anchor:
    """The end of the chain at a moment."""

    end: ChainEnd
    made_at: datetime


class AnchorFile:
    """The file of one installation. Several processes may add to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._look_at = 0.0

    def add(self, end: ChainEnd) -> Anchor:
        """Add an anchor; it is on the disk when this returns.

        Raises:
            OSError: the file cannot be written.
        """
        anchor = Anchor(end, datetime.now(UTC))
        line = {"seq": end.seq, "mac": end.mac.hex(), "time": anchor.made_at.isoformat(timespec="seconds")}
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, _line_break(descriptor) + json.dumps(line).encode() + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return anchor

    def keep_up(self, session: Session) -> None:
        """After a transaction: anchor its end where the last anchor is too old.

        Most times it costs nothing, and it never fails: what it follows is stored already.
        """
        end, now = end_written(session), time.monotonic()
        if end is None or now < self._look_at:
            return
        self._look_at = now + _LOOK_AGAIN_SECONDS
        try:
            if self._is_due():
                self.add(end)
        except OSError as problem:
            _log.error("no anchor of the audit log can be written: %s", problem.strerror)

    def _is_due(self) -> bool:
        """Whether no process has added an anchor lately. A clock that was set back hides none for long."""
        if not self.path.exists():
            return True
        return not 0 <= time.time() - self.path.stat().st_mtime < EVERY.total_seconds()


def _line_break(descriptor: int) -> bytes:
    """What separates the next line from one that was broken off when the machine stopped."""
    size = os.fstat(descriptor).st_size
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""


def read_anchors(path: Path) -> tuple[list[Anchor], int]:
    """The anchors of a file in its order, and how many lines are none.

    Raises:
        OSError: the file cannot be read.
    """
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    found = [_parsed(line) for line in lines]
    return [each for each in found if each is not None], found.count(None)


def _parsed(line: bytes) -> Anchor | None:
    try:
        parts = json.loads(line)
        end = ChainEnd(int(parts["seq"]), bytes.fromhex(parts["mac"]))
        return Anchor(end, datetime.fromisoformat(parts["time"]))
    except (ValueError, KeyError, TypeError):
        return None
