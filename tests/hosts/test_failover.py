"""The primary is gone and its replica takes its place; what that can lose, and what it cannot."""

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.hosts.conftest import Clinic, running_clinic
from tests.hosts.test_two_hosts import stored, walk_to_check
from tests.support.cluster import Cluster, wait_until
from tests.support.crowd import SUBMIT, Crowd, Outcome, balance, code_shown
from tests.support.hosts import Traveller
from tests.support.journeys import CHECK, RESULT
from tests.support.postgresql_faults import LONGEST_SECONDS

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]


def _both_named(cluster: Cluster) -> str:
    """An address that leads to whichever of the two takes changes."""
    nodes = cluster.primary, cluster.add_replica("standby")
    hosts = "&".join(f"host={node.host}:{node.port}" for node in nodes)
    return f"postgresql+psycopg://postgres@/screening?{hosts}&target_session_attrs=read-write"


@pytest.fixture
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with running_clinic(tmp_path_factory.mktemp("clinic"), _both_named) as made:
        yield made


def test_with_a_replica_that_has_to_confirm_nothing_acknowledged_is_lost(clinic: Clinic) -> None:
    primary, replica = clinic.cluster.nodes
    primary.confirmed_by("standby")
    _nothing_is_acknowledged_without_the_replica(clinic)
    with Crowd(lambda: Traveller(*clinic.hosts), 3) as crowd:
        wait_until(crowd.has_made(15, Outcome.ACKNOWLEDGED), "nobody gets through before")
        primary.kill()
        replica.promote()
        wait_until(crowd.has_made(15, Outcome.ACKNOWLEDGED), "nobody gets through afterwards", 40)
    ends = balance(crowd.ledger, clinic.store)
    assert (ends.lost, ends.duplicated) == (0, 1)  # the one more was handed in by hand, before
    assert crowd.ledger.number_of(Outcome.REFUSED) == 0


def _nothing_is_acknowledged_without_the_replica(clinic: Clinic) -> None:
    """The commit waits, the person is told in time that it is not known, and presses again."""
    visitor = Traveller(*clinic.hosts)
    walk_to_check(visitor)
    replica = clinic.cluster.nodes[1]
    replica.freeze()
    waiting = threading.Timer(LONGEST_SECONDS, replica.thaw)
    first = visitor.send(SUBMIT)
    assert first.status == 503
    assert urlsplit(visitor.open(CHECK).address).path == CHECK, "what nobody confirmed is shown as stored"
    waiting.start()
    waiting.join()
    visitor.open(CHECK)
    second = visitor.send(SUBMIT)
    assert urlsplit(second.address).path == RESULT
    assert stored(clinic, code_shown(second)) == 1


def test_with_a_replica_that_confirms_nothing_the_last_screenings_can_be_lost(clinic: Clinic) -> None:
    """This is what docs/scaling.md says of it; with a test, so that nobody promises more."""
    primary, replica = clinic.cluster.nodes
    visitor = Traveller(*clinic.hosts)
    walk_to_check(visitor)
    wait_until(lambda: replica.has_caught_up(primary), "the replica does not follow")
    replica.kill()
    code = code_shown(visitor.send(SUBMIT))
    assert stored(clinic, code) == 1
    primary.kill()
    replica.start()
    replica.promote()
    wait_until(lambda: all(host.status("/readyz") == 200 for host in clinic.hosts), "no host recovers")
    assert stored(clinic, code) == 0
