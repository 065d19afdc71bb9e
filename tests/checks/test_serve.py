"""What `make run` says when it cannot listen: one line that tells what to do, before anything is made."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVE = ROOT / "scripts" / "serve.sh"


def refusal(data_dir: Path, port: str, host: str = "127.0.0.1") -> str:
    """The only line that the script says."""
    environment = {**os.environ, "HOST": host, "PORT": port, "DATA_DIR": str(data_dir)}
    ended = subprocess.run(
        ["sh", str(SERVE)], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert not data_dir.exists()
    (line,) = ended.stderr.splitlines()
    return line


@pytest.mark.parametrize("port", ["abc", "", "-1", "0", "65536", "8000x", "8 000", "²", "٨٠", "9" * 5000])
def test_a_port_that_is_none_is_named_with_what_to_do(port: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "data", port) == (
        f"PORT must be a number from 1 to 65535, not {port!r}. Name one: make run PORT=8001"
    )


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refusal(tmp_path / "data", port)
    assert line.startswith(f"Cannot listen on port {port} of 127.0.0.1: ")
    assert line.endswith("or name another one: make run PORT=8001")


def test_a_host_that_is_not_of_this_machine_is_named(tmp_path: Path) -> None:
    line = refusal(tmp_path / "data", "8001", host="192.0.2.1")
    assert line.startswith("Cannot listen on port 8001 of 192.0.2.1: ")
