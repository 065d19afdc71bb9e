"""PostgreSQL dies or falls silent under load: nothing acknowledged is lost, nobody waits for long."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.hosts.test_two_hosts import walk_to_check
from tests.support.crowd import SUBMIT, Outcome
from tests.support.journeys import RESULT
from tests.support.postgresql_faults import FAULTS, LONGEST_SECONDS, Fault, Site, run_round, running_site
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_was_acknowledged_is_stored_once_whatever_happens_to_the_database(
    site: Site, fault: Fault
) -> None:
    ledger, ends = run_round(site, fault)
    assert (ends.lost, ends.duplicated) == (0, 0)
    assert ledger.number_of(Outcome.UNKNOWN) > 0, "nobody noticed the fault"
    assert ledger.number_of(Outcome.REFUSED) == 0
    assert ledger.slowest_seconds() < LONGEST_SECONDS


def test_a_server_that_starts_before_its_database_says_so_and_recovers_by_itself(site: Site) -> None:
    site.server.stop()
    site.cluster.primary.kill()
    try:
        site.server.start()  # it is healthy: /healthz asks nothing of the database
        visitor = Visitor(site.server.origin)
        assert visitor.open("/readyz").status == 503
        first = visitor.open("/")
        assert first.status == 200
        told = visitor.send("/start")
        assert (told.status, told.headers["Retry-After"]) == (503, "60")
        assert "This is not available now" in told.body
    finally:
        site.cluster.primary.start()
    assert visitor.open("/readyz").status == 200
    walk_to_check(visitor)
    assert urlsplit(visitor.send(SUBMIT).address).path == RESULT
