"""`audit verify` and `audit anchor`: what they say, and the status they end with."""

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.commands.audit import audit_log
from app.commands.init import init
from app.storage.anchors import read_anchors
from app.storage.audit import Action
from app.storage.models import DeskEvent
from app.storage.store import Store
from tests.checks.commands import Run, failed, flask, installed, serve, succeeded
from tests.support.audit import chain, note
from tests.support.databases import unguarded
from tests.support.screenings import NOON

WHOLE = "The audit log is whole. Entries: {}. Anchors: {}.\n"
ALONE = "Without an anchor it does not show when its last entries are removed.\n"


@pytest.fixture
def store(run: Run, data_dir: Path) -> Iterator[Store]:
    """An installation with three entries and no anchor: without those of `init` itself."""
    succeeded(run(init))
    (data_dir / "audit-anchors.jsonl").unlink()
    with closing((found := installed(data_dir)).database):
        change(found, "DELETE FROM audit_events")
        note(found, Action.KEY_ADDED, Action.TABLE_TAKEN, Action.KEY_RETIRED, detail={"rows": 1})
        yield found


def change(store: Store, statement: str) -> None:
    with unguarded(store.database) as connection:
        connection.execute(text(statement))


def test_a_whole_log_is_said_to_be_whole(run: Run, store: Store) -> None:
    assert succeeded(run(audit_log, "verify")) == WHOLE.format(3, 0) + ALONE
    assert "Anchored entry 3" in succeeded(run(audit_log, "anchor"))
    assert succeeded(run(audit_log, "verify")) == WHOLE.format(3, 1)


def test_the_first_broken_entry_is_named_in_one_line(run: Run, store: Store) -> None:
    change(store, "UPDATE audit_events SET action = 'key_retired' WHERE seq = 2")
    said = failed(run(audit_log, "verify"))
    assert said == "The audit log is broken at entry 2: it was changed after it was written."


@pytest.mark.requirement("DAT-09")
def test_entries_removed_at_the_end_are_told_of_by_the_anchor(run: Run, store: Store, data_dir: Path) -> None:
    succeeded(run(audit_log, "anchor"))
    [known], _ = read_anchors(data_dir / "audit-anchors.jsonl")
    change(store, "DELETE FROM audit_events WHERE seq = 3")
    said = failed(run(audit_log, "verify"))
    when = f"{known.made_at:%Y-%m-%d %H:%M:%S} UTC"
    assert said == f"The audit log is broken at entry 3: it is missing. An anchor of {when} tells of it."


def test_the_mark_of_an_anchor_can_be_written_down(run: Run, store: Store, data_dir: Path) -> None:
    said = succeeded(run(audit_log, "anchor"))
    assert said.splitlines()[1] == f"Its mark: {chain(store)[-1]['mac'].hex()[:16]}"
    assert stat.S_IMODE((data_dir / "audit-anchors.jsonl").stat().st_mode) == 0o600


def test_anchors_kept_elsewhere_are_compared_in_place_of_ours(
    run: Run, store: Store, data_dir: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "copy.jsonl"
    succeeded(run(audit_log, "anchor", AUDIT_ANCHOR_FILE=str(elsewhere)))
    assert not (data_dir / "audit-anchors.jsonl").exists()
    assert succeeded(run(audit_log, "verify", "--anchor", str(elsewhere))) == WHOLE.format(3, 1)
    change(store, "DELETE FROM audit_events WHERE seq = 3")
    assert succeeded(run(audit_log, "verify")) == WHOLE.format(2, 0) + ALONE
    assert "entry 3: it is missing" in failed(run(audit_log, "verify", "--anchor", str(elsewhere)))


def test_a_file_without_any_anchor_is_no_proof(run: Run, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "nothing.jsonl"
    file.write_text("nothing\n")
    assert failed(run(audit_log, "verify", "--anchor", str(file))) == (
        f"{file} holds no anchor. Choose the file that `audit anchor` writes."
    )
    assert run(audit_log, "verify", "--anchor", str(tmp_path / "missing")).exit_code == 2


def test_a_line_that_cannot_be_read_is_told_of(run: Run, store: Store, data_dir: Path) -> None:
    succeeded(run(audit_log, "anchor"))
    file = data_dir / "audit-anchors.jsonl"
    file.write_text(file.read_text() + '{"seq":')
    said = succeeded(run(audit_log, "verify"))
    assert said == f"Lines of {file} that cannot be read: 1. They were left out.\n" + WHOLE.format(3, 1)


def test_an_empty_log_has_nothing_to_anchor(run: Run, store: Store) -> None:
    change(store, "DELETE FROM audit_events")
    assert "nothing to anchor" in failed(run(audit_log, "anchor"))
    assert succeeded(run(audit_log, "verify")).startswith(WHOLE.format(0, 0))


def test_where_the_anchor_cannot_be_written_it_is_said(run: Run, store: Store, data_dir: Path) -> None:
    (data_dir / "audit-anchors.jsonl").mkdir()
    said = failed(run(audit_log, "anchor"))
    assert said == f"{data_dir / 'audit-anchors.jsonl'} cannot be written: Is a directory."


def test_checking_that_is_stopped_says_how_far_it_came(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_given: object) -> Iterator[int]:
        yield 2
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.audit.verify_chain", stopped)
    said = failed(run(audit_log, "verify"))
    assert said == "Stopped after 2 entries, which are whole. Run the command again."


def test_starting_and_init_each_anchor_the_end(run: Run, store: Store, data_dir: Path) -> None:
    file = data_dir / "audit-anchors.jsonl"
    succeeded(run(init))
    assert [each.end.seq for each in read_anchors(file)[0]] == [3]
    assert serve(data_dir).returncode == 0
    assert [each.end.seq for each in read_anchors(file)[0]] == [3, 4], "`init` has noted its new link since"


def test_the_real_command_line_verifies(store: Store, data_dir: Path) -> None:
    done = flask(data_dir, "audit", "verify")
    assert (done.returncode, done.stdout) == (0, WHOLE.format(3, 0) + ALONE)
    change(store, "DELETE FROM audit_events WHERE seq = 1")
    done = flask(data_dir, "audit", "verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The audit log is broken at entry 1: it is missing.\n"


def test_init_carries_earlier_events_over_and_says_so(run: Run, store: Store) -> None:
    with store.database.writing() as session:
        session.add(DeskEvent(kind="table_taken", happened_at=NOON))
    assert "Carried 1 earlier events over into the audit log." in succeeded(run(init))
    assert "Carried" not in succeeded(run(init))
    actions = [each["action"] for each in chain(store)][3:]
    assert actions == ["table_taken", "account_invited", "account_invited"], "each `init` makes a link"
