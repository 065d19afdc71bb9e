"""The file of anchors: added to and never lost, by several processes, and never in anybody's way."""

import json
import logging
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.storage import anchors
from app.storage.anchors import EVERY, AnchorFile, read_anchors
from app.storage.audit import Action, ChainEnd
from app.storage.store import Store, open_store
from config import Settings
from tests.support.audit import chain, note

END = ChainEnd(7, bytes(range(32)))


@pytest.fixture
def file(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path / "anchors.jsonl")


@pytest.fixture
def anchored(database_url: str, settings: Settings, file: AnchorFile) -> Iterator[Store]:
    """A store that keeps anchors."""
    store = open_store(database_url, settings.keyring_path, settings.policies_folder, "UTC", file.path)
    with closing(store.database):
        yield store


def ends(file: AnchorFile) -> list[int]:
    return [each.end.seq for each in read_anchors(file.path)[0]]


def make_older(file: AnchorFile, by: timedelta) -> None:
    then = file.path.stat().st_mtime - by.total_seconds()
    os.utime(file.path, (then, then))


# --- the file -------------------------------------------------------------------------------------


def test_an_anchor_is_one_line_for_the_owner_alone(file: AnchorFile) -> None:
    made = file.add(END)
    [line] = file.path.read_text().splitlines()
    time = made.made_at.isoformat(timespec="seconds")
    assert json.loads(line) == {"seq": 7, "mac": END.mac.hex(), "time": time}
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert abs(datetime.now(UTC) - made.made_at) < timedelta(minutes=1)
    [read], unreadable = read_anchors(file.path)
    assert (read.end, read.made_at, unreadable) == (END, made.made_at.replace(microsecond=0), 0)


def test_anchors_are_added_and_none_is_written_over(file: AnchorFile) -> None:
    for seq in range(1, 4):
        AnchorFile(file.path).add(ChainEnd(seq, END.mac))
    assert ends(file) == [1, 2, 3]


def test_many_at_once_write_whole_lines(file: AnchorFile) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seq: file.add(ChainEnd(seq, END.mac)), range(100)))
    assert sorted(ends(file)) == list(range(100))


def test_a_line_that_was_broken_off_spoils_no_other(file: AnchorFile) -> None:
    file.add(END)
    with file.path.open("a") as handle:
        handle.write('{"seq": 8, "mac": "00')
    file.add(ChainEnd(9, END.mac))
    found, unreadable = read_anchors(file.path)
    assert ([each.end.seq for each in found], unreadable) == ([7, 9], 1)


@pytest.mark.parametrize(
    "line", ["[]", "7", "null", "{}", '{"seq": 1, "mac": "zz", "time": "2026-03-02"}', "\x00", "ä"]
)
def test_a_line_that_is_no_anchor_is_counted(file: AnchorFile, line: str) -> None:
    file.path.write_text(f"\n{line}\n\n")
    assert read_anchors(file.path) == ([], 1)


# --- beside the work ------------------------------------------------------------------------------


def test_the_first_entry_is_anchored_at_once_and_the_next_ones_are_not(
    anchored: Store, file: AnchorFile
) -> None:
    for _ in range(3):
        note(anchored, Action.KEY_ADDED, Action.KEY_RETIRED)
    [found], _ = read_anchors(file.path)
    assert found.end == ChainEnd(2, chain(anchored)[1]["mac"])


def test_what_notes_nothing_anchors_nothing(anchored: Store, file: AnchorFile) -> None:
    note(anchored)
    assert not file.path.exists()


def test_what_is_not_stored_is_not_anchored(
    anchored: Store, file: AnchorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlalchemy.orm.SessionTransaction.commit", _fail)
    with pytest.raises(ZeroDivisionError):
        note(anchored, Action.KEY_ADDED)
    assert not file.path.exists()


def _fail(*_given: object, **_named: object) -> None:
    raise ZeroDivisionError


def test_an_anchor_that_is_too_old_is_followed_by_another(
    anchored: Store, file: AnchorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchors, "_LOOK_AGAIN_SECONDS", 0)
    for older, expected in (
        (timedelta(0), [1]),
        (EVERY - timedelta(minutes=1), [1]),
        (EVERY, [1, 3]),
        (-timedelta(hours=1), [1, 3, 4]),  # a clock that was set back
    ):
        if file.path.exists():
            make_older(file, older)
        note(anchored, Action.KEY_ADDED)
        assert ends(file) == expected


def test_the_age_is_looked_at_once_in_a_while(anchored: Store, file: AnchorFile) -> None:
    note(anchored, Action.KEY_ADDED)
    file.path.unlink()
    note(anchored, Action.KEY_ADDED)
    assert not file.path.exists()


def test_a_file_that_cannot_be_written_is_told_of_and_stops_nobody(
    anchored: Store, file: AnchorFile, caplog: pytest.LogCaptureFixture
) -> None:
    file.path.mkdir()
    os.utime(file.path, (0, 0))
    with caplog.at_level(logging.ERROR, "screening"):
        for _ in range(2):
            note(anchored, Action.KEY_ADDED)
    assert caplog.messages == ["no anchor of the audit log can be written: Is a directory"]
    assert len(chain(anchored)) == 2
