"""The log: one line of JSON an event, whatever the event holds."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest

from app.web.logs import log, places_of, write_logs

NASTY = 'two\nlines\r, an escape \x1b[31m, a quote " and \N{LINE SEPARATOR}'


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What stands on standard error, with the logging of the tests put back afterwards."""
    stream = StringIO()
    root, ours = logging.getLogger(), logging.getLogger("screening")
    before, levels = root.handlers[:], (root.level, ours.level)
    monkeypatch.setattr(sys, "stderr", stream)
    write_logs()
    yield stream
    root.handlers[:] = before
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def lines(stream: StringIO) -> list[str]:
    return stream.getvalue().splitlines()


@pytest.mark.requirement("DAT-12")
def test_an_event_is_one_line_whatever_it_holds(written: StringIO) -> None:
    log.info("request", page=NASTY)
    assert written.getvalue().count("\n") == 1
    assert written.getvalue().isascii()
    [line] = lines(written)
    assert "\x1b" not in line
    assert json.loads(line)["page"] == NASTY


@pytest.mark.requirement("DAT-12")
def test_its_time_is_utc_and_says_so(written: StringIO) -> None:
    log.warning("request")
    told = json.loads(lines(written)[0])
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() == timedelta(0)
    assert (told["event"], told["level"], told["logger"]) == ("request", "warning", "screening")


def test_what_a_library_says_is_told_in_the_same_way(written: StringIO) -> None:
    logging.getLogger("a_library").warning("it said\n%s", NASTY)
    logging.getLogger("a_library").info("not worth a line")
    [line] = lines(written)
    assert json.loads(line)["event"] == f"it said\n{NASTY}"


@pytest.mark.requirement("DAT-13", part="places of a failure")
def test_places_say_where_and_never_with_what() -> None:
    def fail(secret: str) -> None:
        raise ValueError(secret)

    with pytest.raises(ValueError, match="canary") as caught:
        fail("canary")
    told = places_of(caught.value)
    assert [each.rpartition(" ")[2] for each in told] == [
        "test_places_say_where_and_never_with_what",
        "fail",
    ]
    assert all(each.startswith("tests/unit/web/test_logs.py:") for each in told)
    assert "canary" not in str(told)
