"""A server does not start with keys that protect nothing, and says what is wrong with them."""

import base64
import secrets
from pathlib import Path

import pytest

from tests.checks.commands import serve


def keyring(*secrets_of_keys: bytes) -> str:
    states = ["active", *["decrypt-only"] * len(secrets_of_keys)]
    return "".join(
        f"{number:08x} {state} 2026-01-01T00:00:00Z {base64.b64encode(secret).decode()}\n"
        for number, (state, secret) in enumerate(zip(states, secrets_of_keys, strict=False))
    )


DRAWN = secrets.token_bytes(32)
WEAK = "A key of the keyring is too short, too simple or has an unknown state."
REFUSED = {
    "short": (keyring(DRAWN[:16]), 0o600, WEAK),
    "an example": (keyring(b"change-me-before-you-go-live-now"), 0o600, WEAK),
    "counted": (keyring(bytes(range(32))), 0o600, WEAK),
    "twice": (keyring(DRAWN, DRAWN), 0o600, "has the same key twice."),
    "open to others": (keyring(DRAWN), 0o644, "Others can read the keyring. Run: chmod 600 "),
}


@pytest.mark.requirement("DAT-05", part="at the start of a server")
@pytest.mark.parametrize("what", REFUSED)
def test_it_does_not_start_with_keys_that_are(what: str, tmp_path: Path) -> None:
    contents, mode, expected = REFUSED[what]
    (tmp_path / "keyring").write_text(contents)
    (tmp_path / "keyring").chmod(mode)
    refused = serve(tmp_path)
    assert refused.returncode == 1
    (said,) = refused.stderr.splitlines()
    assert said.startswith("The screening cannot start. ")
    assert expected in said
    assert base64.b64encode(DRAWN).decode() not in refused.stdout + refused.stderr
