"""The commands of the keys, run as an operator does, and killed as a power cut does."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.domain.reference_code import new_reference_code
from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.keyring import create_keyring, load_keyring, retire_key, rotate_keyring
from app.storage.sealed_columns import uses_of_keys
from app.storage.store import Store
from tests.checks.commands import PROJECT, flask, installed, python
from tests.support.screenings import add

ROWS = 200
# The command as it is, with small batches, that is killed between the work of one and its commit.
DIES_WITHIN_A_BATCH = """
import os, signal, sys
from app.commands.keys import reencrypt
from app.services import keys
from app.storage import sealed_columns
work, left = sealed_columns.reseal_batch, [int(sys.argv[1])]
def dying(*given):
    batch = work(*given)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return batch
keys._BATCH, sealed_columns.reseal_batch = 10, dying
reencrypt.main([])
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
    assert "1 screenings can be found by their code" in said(data, "retire", old, code=1)
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
    before = [open_record(opened, each).screening for each in ids[:: ROWS // 20]]
    said(data, "rotate")
    chance = random.Random(11)
    for _ in range(5):
        done = python(data, "-c", DIES_WITHIN_A_BATCH, str(chance.randrange(1, 4)))
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert "values anew" in said(data, "reencrypt")
    later = installed(data)
    with closing(later.database):
        with later.database.reading() as session:
            assert set(uses_of_keys(session)) == {later.keyring.active.id}
        assert [open_record(later, each.id).screening for each in before] == before


class Killed(BaseException):
    """Where a process would have ended."""


@pytest.mark.requirement("DAT-04", part="rotation killed at every step")
@pytest.mark.parametrize("step", range(8))
def test_a_rotation_that_ends_at_any_step_has_the_old_keyring_or_the_new_one(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calls that change files, one after the other; what was written stays as a kill leaves it."""
    path = tmp_path / "keyring"
    create_keyring(path)
    before, count = load_keyring(path), iter(range(100))

    def ending(call: object) -> object:
        def counted(*given: object, **more: object) -> object:
            if next(count) == step:
                raise Killed
            return call(*given, **more)  # type: ignore[operator]

        return counted

    with monkeypatch.context() as patched:
        for name in ("open", "fsync", "fdopen"):
            patched.setattr(os, name, ending(getattr(os, name)))
        patched.setattr(Path, "replace", ending(Path.replace))
        with suppress(Killed):
            rotate_keyring(path)
    after = load_keyring(path)
    assert before.active.secret in {key.secret for key in after.keys}
    assert len(after.keys) in (1, 2)
    rotate_keyring(path)
    assert load_keyring(path).keys[: len(after.keys) - 1] == after.keys[:-1]


def test_two_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    create_keyring(path)
    program = "import sys; from pathlib import Path; from app.storage.keyring import rotate_keyring\n"
    program += "for _ in range(5): rotate_keyring(Path(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=PROJECT) for _ in range(3)]
    assert [each.wait(timeout=60) for each in running] == [0, 0, 0]
    keys = load_keyring(path).keys
    assert len(keys) == len({key.id for key in keys}) == 16
    retire_key(path, keys[0].id)
    assert load_keyring(path).keys[0].state == "audit-only"
    assert path.stat().st_mode & 0o777 == 0o600
