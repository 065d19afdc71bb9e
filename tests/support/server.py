"""The real server, as `make run` starts it, for tests that must not pretend."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
POLLS = 600
POLL_SECONDS = 0.05
STOP_SECONDS = 10.0
# As in scripts/serve.sh.
SAFE_OPTIONS = (
    "--http1-buffer-size",
    "65536",
    "--no-ws",
    "--workers-kill-timeout",
    "5",
    "--respawn-failed-workers",
)
# Tests answer faster than people do, and many of them from one address.
PATIENT_WITH_TESTS = {
    "STARTS_PER_SOURCE": "100000",
    "SUBMISSIONS_PER_SOURCE": "100000",
    "SUBMISSIONS_PER_DAY": "100000",
    "SHORTEST_SECONDS": "0",
}
# The rest of the caller's environment is kept out: a developer's settings must not decide a test.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class ServerDidNotStartError(RuntimeError):
    """The message ends with what the server wrote last."""


def reserve_port() -> socket.socket:
    """A socket bound to a free port, so that nobody else is given it while the server uses it.

    The server shares its port; without this, two tests at once could talk to the same one unawares.
    Bound but never listening, it receives no connection itself.
    """
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind((HOST, 0))
    return reserved


@dataclass
class Server:
    """One granian process tree over one data directory, which outlives every stop and kill."""

    data_dir: Path
    target: str = "serving:app"
    workers: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    interface: str = "rsgi"
    _reserved: socket.socket = field(default_factory=reserve_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self._reserved.getsockname()[1])

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def database_url(self) -> str:
        """Where its data is, for a look past the product."""
        return self.settings.get("DATABASE_URL") or f"sqlite:///{self.data_dir / 'screening.db'}"

    @property
    def log_file(self) -> Path:
        return self.data_dir.with_name(self.data_dir.name + ".log")

    def url(self, path: str = "/") -> str:
        return self.origin + path

    def log(self) -> str:
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""

    def environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {
            "DATA_DIR": str(self.data_dir),
            "HOST": HOST,
            "PORT": str(self.port),
            "PUBLIC_URL": self.origin,
            **PATIENT_WITH_TESTS,
        }
        return inherited | own | dict(self.settings)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `flask --app wsgi ARGUMENTS` with the server's settings."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, poll_seconds: float = POLL_SECONDS) -> None:
        """Returns once the server is healthy. The port stays the same for every later start."""
        self.spawn()
        if not self._becomes_healthy(poll_seconds):
            self.kill()
            raise ServerDidNotStartError(f"{self.target} did not start:\n{self.log()[-4000:]}")

    def spawn(self) -> None:
        """Starts the server without waiting until it answers."""
        options = f"--interface {self.interface} --host {HOST} --port {self.port} --workers {self.workers}"
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "granian", *options.split(), *SAFE_OPTIONS, self.target],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that kill() takes the workers too
            )

    def _becomes_healthy(self, poll_seconds: float) -> bool:
        assert self._process is not None
        for _ in range(POLLS):
            if self.answers():
                return True
            try:
                self._process.wait(poll_seconds)
            except subprocess.TimeoutExpired:
                continue
            return False  # it ended by itself: waiting longer is pointless
        return False

    def answers(self) -> bool:
        """Whether it is healthy now."""
        try:
            with urllib.request.urlopen(self.url("/healthz"), timeout=2) as response:  # noqa: S310
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def processes(self) -> list[psutil.Process]:
        """The server and its workers."""
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        return [main, *main.children(recursive=True)]

    def has_ended(self) -> bool:
        """Whether the server has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> int:
        """Asks the server to end, as Ctrl+C or a service manager does; returns its exit status."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._process = None
        return status

    def kill(self) -> None:
        """Ends the server and its workers as a power cut would."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """Ends the server for good and gives the port back."""
        self.kill()
        self._reserved.close()

    def restart(self) -> None:
        """Stops and starts again on the same port and data."""
        self.stop()
        self.start()


@contextmanager
def running_server(
    data_dir: Path,
    *,
    target: str = "serving:app",
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """A server with its data made by `init`. Logs go beside the data directory, in NAME.log."""
    server = Server(data_dir, target, workers, settings or {})
    try:
        made = server.command("init")
        if made.returncode != 0:
            raise ServerDidNotStartError(f"init failed:\n{made.stdout}{made.stderr}")
        server.start()
        yield server
        server.stop()
    finally:
        server.close()
