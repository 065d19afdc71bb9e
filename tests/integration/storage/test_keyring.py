"""The keyring file: made once, closed to others, and refused with a sentence when it is not right."""

import base64
import secrets
import stat
from pathlib import Path

import pytest

from app.storage.keyring import KeyringError, create_keyring, load_keyring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "keyring")
    return tmp_path / "keyring"


def line(key_id: str = "0a0b0c0d", state: str = "active", secret: bytes | None = None) -> str:
    encoded = base64.b64encode(secret or secrets.token_bytes(32)).decode()
    return f"{key_id} {state} 2026-01-01T00:00:00Z {encoded}\n"


def refusal(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(KeyringError) as caught:
        load_keyring(path)
    return str(caught.value)


@pytest.mark.requirement("OPS-07")
def test_a_new_keyring_is_for_its_owner_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_keyring_has_one_active_key(path: Path) -> None:
    (key,) = load_keyring(path).keys
    assert (key.state, len(key.secret), len(key.id)) == ("active", 32, 8)


def test_two_keyrings_are_never_the_same(tmp_path: Path) -> None:
    for name in "ab":
        create_keyring(tmp_path / name)
    assert load_keyring(tmp_path / "a").active.secret != load_keyring(tmp_path / "b").active.secret


def test_a_keyring_is_never_written_over(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        create_keyring(path)
    assert path.read_bytes() == before


def test_a_link_is_never_followed_when_a_keyring_is_made(tmp_path: Path) -> None:
    (tmp_path / "keyring").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        create_keyring(tmp_path / "keyring")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.requirement("DAT-05")
def test_a_missing_keyring_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match=r"There is no keyring at .*/keyring\. Put back the one that"):
        load_keyring(tmp_path / "keyring")


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777, 0o601])
def test_a_keyring_that_others_can_reach_is_refused_with_the_cure(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyringError, match=r"Others can read the keyring\. Run: chmod 600 "):
        load_keyring(path)


@pytest.mark.parametrize(
    "text",
    [
        "one two\n",
        "0a0b0c0d active 2026 not-base64!\n",
        line().replace("0a0b", "xyzq"),
        "x" * 5000,
        line() + "rest",
    ],
    ids=["few words", "no base64", "no hexadecimal id", "one long word", "a damaged second line"],
)
def test_a_damaged_line_is_refused(path: Path, text: str) -> None:
    assert refusal(path, text) == "A line of the keyring is damaged. Restore it from its backup."


def test_a_file_that_is_no_text_is_refused(path: Path) -> None:
    assert "damaged" in refusal(path, b"\xff\xfe\x00\x9f" * 20)


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize(
    "text",
    [
        line(secret=secrets.token_bytes(16)),
        line(secret=b"\0" * 32),
        line(secret=b"password" * 4),
        line(secret=bytes(range(32))),
        line(secret=bytes(range(248, 0, -8)) + b"\0"),
        line(secret=bytes(secrets.token_bytes(12) * 3)[:32]),
        line(secret=b"change-me-before-you-go-live-now"),
        line(secret=secrets.token_hex(16).encode()),
        line(state="sleeping"),
        line(key_id="0a0b"),
    ],
    ids=[
        "short",
        "zeros",
        "repeated",
        "counted up",
        "counted down",
        "a part repeated",
        "words",
        "text",
        "unknown state",
        "short id",
    ],
)
def test_a_weak_or_unknown_key_is_refused(path: Path, text: str) -> None:
    assert refusal(path, text) == "A key of the keyring is too short, too simple or has an unknown state."


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", line(state="decrypt-only"), line() + line(key_id="01020304")],
    ids=["empty", "blank", "none active", "two active"],
)
def test_exactly_one_key_must_be_active(path: Path, text: str) -> None:
    assert refusal(path, text).endswith("must have exactly one active key.")


@pytest.mark.requirement("DAT-05")
def test_the_same_key_twice_is_refused(path: Path) -> None:
    secret = secrets.token_bytes(32)
    twice = line(secret=secret) + line("01020304", "decrypt-only", secret)
    assert refusal(path, twice).endswith("has the same key twice.")
    same_id = line() + line(state="decrypt-only")
    assert refusal(path, same_id).endswith("has the same key twice.")


def test_an_older_key_still_opens_and_the_active_one_seals(path: Path) -> None:
    path.write_text(line("01020304", "decrypt-only") + line("0a0b0c0d"))
    keyring = load_keyring(path)
    assert keyring.active.id == "0a0b0c0d"
    assert keyring.derive("field/v1", "01020304") != keyring.derive("field/v1")
    with pytest.raises(KeyringError, match="Restore the keyring that wrote this data"):
        keyring.derive("field/v1", "ffffffff")


def test_no_refusal_shows_a_key(path: Path) -> None:
    secret = base64.b64encode(b"password" * 4).decode()
    assert secret not in refusal(path, line(secret=b"password" * 4))


def test_no_key_that_was_drawn_is_too_simple(path: Path) -> None:
    path.write_text(line() + "".join(line(f"{n:08x}", "decrypt-only") for n in range(2000)))
    assert len(load_keyring(path).keys) == 2001


def replaced(path: Path, text: str) -> None:
    """As a command does it: another file in its place."""
    (path.parent / "new").write_text(text)
    (path.parent / "new").chmod(0o600)
    (path.parent / "new").replace(path)


def test_a_keyring_that_was_replaced_is_read_again(path: Path) -> None:
    keyring, before = load_keyring(path), path.read_text()
    first = keyring.active
    replaced(path, before.replace("active", "decrypt-only") + line())
    assert keyring.active.id == "0a0b0c0d"
    assert [key.id for key in keyring.readable] == [first.id, "0a0b0c0d"]
    replaced(path, before.replace("active", "audit-only") + line())
    assert [key.id for key in keyring.readable] == ["0a0b0c0d"]


def test_a_key_that_is_not_known_is_looked_for_in_the_file(path: Path) -> None:
    keyring = load_keyring(path)
    replaced(path, path.read_text().replace("active", "decrypt-only") + line())
    assert len(keyring.derive("field/v1", "0a0b0c0d")) == 32
    with pytest.raises(KeyringError, match="no key 'ffffffff'"):
        keyring.derive("field/v1", "ffffffff")


@pytest.mark.parametrize("damage", ["missing", "open to others", "damaged", "cut short"])
def test_a_file_that_went_bad_leaves_a_running_process_with_what_it_has_read(path: Path, damage: str) -> None:
    keyring = load_keyring(path)
    active, whole = keyring.active, path.read_text()
    if damage == "missing":
        path.unlink()
    else:
        replaced(
            path,
            {"damaged": "x", "cut short": whole[:-20]}.get(damage, whole + line("01020304", "decrypt-only")),
        )
        path.chmod(0o644 if damage == "open to others" else 0o600)
    assert keyring.active == active
    assert len(keyring.derive("field/v1")) == 32
    with pytest.raises(KeyringError):
        keyring.derive("field/v1", "01020304")
    with pytest.raises(KeyringError):
        load_keyring(path)


def test_a_file_that_is_as_it_was_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = load_keyring(path)
    active = keyring.active
    monkeypatch.setattr(Path, "read_text", None)
    assert [keyring.active for _ in range(5)] == [active] * 5
    with pytest.raises(KeyringError, match="no key"):
        keyring.derive("field/v1", "ffffffff")
