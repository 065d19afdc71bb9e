"""Two hosts of the product over one PostgreSQL with a replica and a pooler."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.storage.keyring import create_keyring
from app.storage.store import Store, open_store
from tests.support.cluster import Cluster, find_pgbouncer, running_cluster
from tests.support.hosts import Host, network


@dataclass(frozen=True)
class Clinic:
    """Two hosts that share a keyring and a database, and what stands behind them."""

    cluster: Cluster
    hosts: tuple[Host, Host]
    store: Store
    told_by_init: tuple[str, str]


def _initialised(hosts: tuple[Host, Host]) -> tuple[str, str]:
    """What both hosts said who made the tables at the same moment."""
    running = [host.begin_command("init") for host in hosts]
    first, second = (each.communicate(timeout=60)[0] for each in running)
    assert [each.returncode for each in running] == [0, 0], first + second
    return first, second


@contextmanager
def running_clinic(folder: Path, address_in: Callable[[Cluster], str]) -> Iterator[Clinic]:
    """`address_in` puts around the primary what the clinic needs, and says how its hosts reach it."""
    create_keyring(folder / "keyring")
    with network(2) as net, running_cluster(net.middle) as cluster:
        url = address_in(cluster)
        hosts = Host(net.places[0], folder / "one", url), Host(net.places[1], folder / "two", url)
        for host in hosts:
            host.data_dir.mkdir(mode=0o700)
            shutil.copy(folder / "keyring", host.data_dir / "keyring")
        try:
            told = _initialised(hosts)
            for host in hosts:
                host.start()
            store = open_store(url, folder / "keyring", folder / "policies")
            with closing(store.database):
                yield Clinic(cluster, hosts, store, told)
        finally:
            for host in hosts:
                host.end()


@pytest.fixture(scope="module")
def pgbouncer() -> None:
    """A PgBouncer on this machine; without one its tests are skipped, but never where CI=true."""
    if find_pgbouncer() is None and os.environ.get("CI") != "true":
        pytest.skip("PgBouncer was not found (Debian: apt-get install pgbouncer)")
