"""Several hosts of the product on one machine: each in a network of its own, or at an address of its own.

Namespaces of the network need root and Linux; elsewhere the hosts have different addresses of this machine.
"""

import http.client
import itertools
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
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.support.cluster import wait_until
from tests.support.server import INHERITED, PATIENT_WITH_TESTS, ROOT, SAFE_OPTIONS
from tests.support.visitor import Visitor

NAME: Final = "screening.test"  # what people type; a balancer would stand behind it
_FIRST_PORT: Final = 8100


@dataclass(frozen=True)
class Place:
    """Where a host is: its address, and what has to stand before its commands."""

    address: str
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """The address at which all places reach the database, and the places."""

    middle: str
    places: tuple[Place, ...]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextmanager
def network(number: int) -> Iterator[Network]:
    """A network with so many places, gone at the end."""
    name, prefix = f"sc{os.getpid()}", f"10.203.{os.getpid() % 250}"
    names = [f"{name}n{each}" for each in range(number)]
    try:
        try:
            places = _namespaces(name, names, prefix)
        except (OSError, subprocess.CalledProcessError):
            places = Network("127.0.0.1", tuple(Place(f"127.0.0.{11 + each}") for each in range(number)))
        yield places
    finally:
        for each in names:
            with suppress(OSError, subprocess.CalledProcessError):
                _ip("netns", "del", each)
        with suppress(OSError, subprocess.CalledProcessError):
            _ip("link", "del", name)


def _namespaces(name: str, names: list[str], prefix: str) -> Network:
    _ip("link", "add", name, "type", "bridge")
    _ip("addr", "add", f"{prefix}.1/24", "dev", name)
    _ip("link", "set", name, "up")
    places = []
    for number, each in enumerate(names):
        address = f"{prefix}.{11 + number}"
        _ip("netns", "add", each)
        _ip("link", "add", f"{name}v{number}", "type", "veth", "peer", "name", "eth0", "netns", each)
        _ip("link", "set", f"{name}v{number}", "master", name, "up")
        _ip("-n", each, "addr", "add", f"{address}/24", "dev", "eth0")
        _ip("-n", each, "link", "set", "eth0", "up")
        _ip("-n", each, "link", "set", "lo", "up")
        places.append(Place(address, ("ip", "netns", "exec", each)))
    return Network(f"{prefix}.1", tuple(places))


@dataclass
class Host:
    """One host of the product: its own data directory, the keyring of all, and one database for all."""

    place: Place
    data_dir: Path
    database_url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = _FIRST_PORT
    workers: int = 1
    _process: subprocess.Popen[bytes] | None = None

    @property
    def log_file(self) -> Path:
        return self.data_dir.with_name(self.data_dir.name + ".log")

    def environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {
            "DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "HOST": self.place.address,
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://{NAME}",
            "ALLOW_PLAIN_HTTP": "yes",
            **PATIENT_WITH_TESTS,
        }
        return inherited | own | dict(self.settings)

    def begin_command(self, *arguments: str) -> subprocess.Popen[str]:
        """`flask --app wsgi ARGUMENTS` on this host, running."""
        return subprocess.Popen(
            [*self.place.prefix, sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self) -> None:
        """Returns once it is healthy; whether its database answers does not matter."""
        options = f"--interface rsgi --host {self.place.address} --port {self.port} --workers {self.workers}"
        program = (sys.executable, "-m", "granian")
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.place.prefix, *program, *options.split(), *SAFE_OPTIONS, "serving:app"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: self.status("/healthz") == 200, "the host does not answer")

    def status(self, path: str) -> int:
        """The status of a page; 0 where no answer comes."""
        request = urllib.request.Request(f"http://{self.place.address}:{self.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
                return int(response.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        except OSError:
            return 0

    def requests_seen(self) -> int:
        """How many lines its log has about requests."""
        return self.log_file.read_text("utf-8", "replace").count('"request"')

    def end(self) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


class _ConnectionTo(http.client.HTTPConnection):
    """Asks for one name and talks to another address, as behind a balancer."""

    def __init__(self, host: str, *, leads_to: tuple[str, int], **options: Any) -> None:
        super().__init__(host, **options)
        self._leads_to = leads_to

    def connect(self) -> None:
        self.sock = socket.create_connection(self._leads_to, self.timeout)


class _Balancer(urllib.request.HTTPHandler):
    """Sends each request, those of redirects too, to the next host."""

    def __init__(self, hosts: Iterator[Host]) -> None:
        super().__init__()
        self._hosts = hosts

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        host = next(self._hosts)
        connection: Any = partial(_ConnectionTo, leads_to=(host.place.address, host.port))
        return self.do_open(connection, req)


class Traveller(Visitor):
    """A browser whose every request reaches the next of these hosts; with one, always that one."""

    def __init__(self, *hosts: Host) -> None:
        super().__init__(f"http://{NAME}")
        self._balancer = _Balancer(itertools.cycle(hosts))

    def _opener(self) -> urllib.request.OpenerDirector:
        return urllib.request.build_opener(self._balancer, urllib.request.HTTPCookieProcessor(self.jar))
