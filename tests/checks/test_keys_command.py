"""The commands of the keys, run as an operator does, and killed as a power cut does."""

import base64
import errno
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.init import init
from app.commands.keys import keys
from app.domain.reference_code import new_reference_code
from app.services import keys as services
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.self_screening import start_screening
from app.storage import sealed_columns
from app.storage.audit import detail_cipher, detail_place
from app.storage.database import StorageUnavailableError
from app.storage.keyring import KeyringError, create_keyring, load_keyring
from app.storage.keyring_changes import activate_key, retire_key
from app.storage.models import AuditEvent, Screening
from app.storage.sealed_columns import SealedColumns, uses_of_keys
from app.storage.store import Store
from tests.checks.commands import (
    PROJECT,
    Run,
    environment_of,
    failed,
    failed_after_work,
    flask,
    installed,
    python,
    succeeded,
)
from tests.support.screenings import add

ROWS = 200
# The command as it is, with small batches, so that a kill falls anywhere: within a batch, its commit, or
# between two. It says when it begins, so that the kill does not fall before.
REENCRYPT = """
from app.commands.keys import reencrypt
from app.services import keys
keys._BATCH = 3
print("begins", flush=True)
reencrypt.main([])
"""
# A rotation that ends, as by a power cut, before the given one of all calls that change a file.
ROTATE = """
import os, signal, sys
from pathlib import Path
from app.storage.keyring_changes import activate_key, add_key
left = [int(sys.argv[2])]
def ending(call):
    def counted(*given, **more):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return call(*given, **more)
    return counted
for name in ("open", "fsync", "replace", "unlink", "close"):
    setattr(os, name, ending(getattr(os, name)))
activate_key(Path(sys.argv[1]), add_key(Path(sys.argv[1])).id)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert flask(tmp_path / "data", "init").returncode == 0
    return tmp_path / "data"


@pytest.fixture
def opened(data: Path) -> Iterator[Store]:
    store = installed(data)
    with closing(store.database):
        yield store


def said(data: Path, *arguments: str, code: int = 0) -> str:
    done = flask(data, "keys", *arguments)
    assert done.returncode == code, done
    assert len(done.stderr.splitlines()) == (1 if code else 0), done.stderr
    return done.stderr if code else done.stdout


@pytest.mark.requirement("DAT-04", part="the commands")
def test_a_whole_life_of_a_key(data: Path, opened: Store) -> None:
    code = new_reference_code()
    screening_id, old = add(opened, code=code), opened.keyring.active.id
    assert f"{old}  active" in said(data, "list")
    rotated = said(data, "rotate")
    assert "is in use. Keep a copy of" in rotated
    assert old not in rotated
    assert "stored values need this key" in said(data, "retire", old, code=1)
    assert "Sealed 3 values anew." in said(data, "reencrypt")
    assert "Sealed 0 values anew." in said(data, "reencrypt")
    assert "1 screenings, finished or not, can be found" in said(data, "retire", old, code=1)
    listed = said(data, "list").splitlines()
    assert [line.split()[1] for line in listed] == ["decrypt-only", "active"]
    later = installed(data)
    with closing(later.database):
        assert find_by_reference_code(later, code) == screening_id
    assert "no key 'x'" in said(data, "retire", "x", code=1)


@pytest.mark.requirement("DAT-04")
@pytest.mark.slow
def test_it_is_killed_again_and_again_and_comes_to_its_end(data: Path, opened: Store) -> None:
    ids = [add(opened) for _ in range(ROWS)]
    before = [open_record(opened, each).screening for each in ids]
    old = opened.keyring.active.id
    said(data, "rotate")
    chance, left = random.Random(11), []
    for _ in range(6):
        reencrypt_and_kill(data, chance.uniform(0.05, 0.3))
        with opened.database.reading() as session:
            left.append(uses_of_keys(session)[old])
    assert left == sorted(left, reverse=True)
    assert left[-1] < 3 * ROWS
    assert "values anew" in said(data, "reencrypt")
    later = installed(data)
    with closing(later.database):
        with later.database.reading() as session:
            assert set(uses_of_keys(session)) == {later.keyring.active.id}
        assert [open_record(later, each).screening for each in ids] == before


def reencrypt_and_kill(data: Path, after_seconds: float) -> None:
    command = [sys.executable, "-c", REENCRYPT]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment_of(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"begins\n"
        has_ended(running, after_seconds)
        running.kill()


def has_ended(running: "subprocess.Popen[bytes]", within_seconds: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        running.wait(within_seconds)
    return running.returncode is not None


@pytest.mark.requirement("DAT-04", part="patients answer meanwhile")
@pytest.mark.slow
def test_patients_go_on_answering_while_everything_is_sealed_anew(data: Path, opened: Store) -> None:
    """On SQLite one writes at a time: who seals in bulk must let others in between."""
    for _ in range(ROWS):
        add(opened)
    said(data, "rotate")
    command, started = [sys.executable, "-c", REENCRYPT], 0
    with subprocess.Popen(command, cwd=PROJECT, env=environment_of(data), stdout=subprocess.PIPE) as running:
        while not has_ended(running, within_seconds=0.02):
            start_screening(opened, "en", datetime.now(UTC))
            started += 1
    assert running.returncode == 0
    assert started > 10
    with opened.database.reading() as session:
        assert set(uses_of_keys(session)) == {opened.keyring.active.id}


@pytest.mark.requirement("DAT-04", part="rotation killed at every step")
def test_a_rotation_that_is_killed_at_any_step_loses_no_key(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    create_keyring(path)
    first = load_keyring(path).active
    for step in range(100):
        before = load_keyring(path)
        done = python(tmp_path, "-c", ROTATE, str(path), str(step))
        after = load_keyring(path)  # it is whole, for its owner alone, and has one active key
        assert {key.secret for key in before.keys} <= {key.secret for key in after.keys}
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    else:
        pytest.fail("it never came to its end")
    assert step > 12
    assert after.active == after.keys[-1] != first
    assert sorted(each.name for each in tmp_path.iterdir()) == ["keyring", "keyring.lock"]


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    create_keyring(path)
    program = "import sys; from pathlib import Path\n"
    program += "from app.storage.keyring_changes import activate_key, add_key\n"
    program += "for _ in range(5): activate_key(Path(sys.argv[1]), add_key(Path(sys.argv[1])).id)"
    running = [subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=PROJECT) for _ in range(3)]
    assert [each.wait(timeout=60) for each in running] == [0, 0, 0]
    keys = load_keyring(path).keys
    assert len(keys) == len({key.id for key in keys}) == 16
    spare = next(key for key in keys if key.state == "decrypt-only")
    retire_key(path, spare.id)
    assert {key.id: key.state for key in load_keyring(path).keys}[spare.id] == "audit-only"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_not_there_is_never_made_the_active_one(tmp_path: Path) -> None:
    create_keyring(tmp_path / "keyring")
    before = (tmp_path / "keyring").read_bytes()
    with pytest.raises(KeyringError, match="no key"):
        activate_key(tmp_path / "keyring", "00000000")
    assert (tmp_path / "keyring").read_bytes() == before


# --- what goes wrong ------------------------------------------------------------------------------


def last_entry(store: Store) -> tuple[str, dict[str, Any]]:
    """The newest entry of the audit log, what was done and its detail."""
    with store.database.reading() as session:
        row = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert row.detail is not None
    detail: dict[str, Any] = detail_cipher(store.keyring).open(row.detail, detail_place(row.seq))
    return row.action, detail


def test_what_cannot_be_read_is_one_line_and_is_counted_by_the_list_and_the_audit(
    run: Run, data_dir: Path
) -> None:
    succeeded(run(init))
    store = installed(data_dir)
    with closing(store.database):
        damaged, gone = add(store), add(store)
        with store.database.writing() as session:
            row, other = (session.get_one(Screening, each) for each in (damaged, gone))
            row.answers = row.answers[:-1] + bytes([row.answers[-1] ^ 1])
            other.listing = other.listing[:1] + b"\0\0\0\0" + other.listing[5:]  # type: ignore[index]
        succeeded(run(keys, "rotate"))
        assert succeeded(run(keys, "list")).endswith("Values that need a key that is not here: 1.\n")
        said = failed_after_work(run(keys, "reencrypt"))
        assert said == "Values that cannot be read: 2. They were left as they are."
        action, detail = last_entry(store)
        assert (action, detail.pop("key")) == ("fields_reencrypted", store.keyring.active.id)
        assert detail == {"values": 4, "changed_meanwhile": 0, "unreadable": 2}


def test_a_run_that_is_stopped_says_how_far_it_came_and_is_noted(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(run(init))
    store = installed(data_dir)
    with closing(store.database):
        for _ in range(5):
            add(store)
        succeeded(run(keys, "rotate"))
        reading = sealed_columns.read_old

        def interrupted(session: Session, sealed: SealedColumns, active: str, after: Any, most: int) -> Any:
            if after is not None:
                raise KeyboardInterrupt
            return reading(session, sealed, active, after, most)

        with monkeypatch.context() as patched:
            patched.setattr(services, "_BATCH", 2)
            patched.setattr(sealed_columns, "read_old", interrupted)
            said = failed(run(keys, "reencrypt"))
        assert said == "Stopped after 6 values. What is done is kept; run the command again."
        assert last_entry(store)[1]["values"] == 6
        assert "Sealed 9 values anew." in succeeded(run(keys, "reencrypt"))


def test_what_cannot_be_noted_is_not_done(run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    succeeded(run(init))
    active = load_keyring(data_dir / "keyring").active

    def fails(*_: object) -> None:
        raise StorageUnavailableError("no answer")

    monkeypatch.setattr(services, "add_audit_entry", fails)
    assert "does not answer" in failed(run(keys, "rotate"))
    assert load_keyring(data_dir / "keyring").active == active
    spare = load_keyring(data_dir / "keyring").keys[-1]
    assert "does not answer" in failed(run(keys, "retire", spare.id))
    assert load_keyring(data_dir / "keyring").keys[-1].state == "decrypt-only"


def test_a_folder_that_cannot_be_written_is_one_line(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded(run(init))
    before = (data_dir / "keyring").read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    said = failed(run(keys, "rotate"))
    assert said == f"{data_dir}/keyring cannot be written: No space left on device."
    assert (data_dir / "keyring").read_bytes() == before
    assert not (data_dir / "keyring.unfinished").exists()


@pytest.mark.parametrize("command", [["retire"], ["retire", "a", "b"], ["unheard-of"], ["rotate", "now"]])
def test_a_command_that_is_used_wrongly_ends_with_two(run: Run, command: list[str]) -> None:
    assert run(keys, *command).exit_code == 2


def test_no_command_shows_a_key(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    said = [run(keys, *command).output for command in (["rotate"], ["list"], ["reencrypt"])]
    said.append(run(keys, "retire", load_keyring(data_dir / "keyring").keys[0].id).output)
    for key in load_keyring(data_dir / "keyring").keys:
        for shown in (base64.b64encode(key.secret).decode(), key.secret.hex()):
            assert not any(shown in each for each in said)
