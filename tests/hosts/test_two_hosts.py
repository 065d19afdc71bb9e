"""One person's requests reach two hosts by turns, through a pooler: everything holds as on one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import Cookie
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from app.storage.models import AuditEvent, Screening
from app.storage.schema import is_up_to_date
from tests.hosts.conftest import Clinic, running_clinic
from tests.support.accounts import CLINICIAN, FACTOR, PASSWORD, SIGN_IN, Doorkeeper, code_at
from tests.support.cluster import Cluster, wait_until
from tests.support.crowd import SUBMIT, code_shown
from tests.support.hosts import Host, Traveller
from tests.support.journeys import CHECK, NO_MEDICINE, RESULT, fields_of
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]
QUEUE = "/clinic/"


def _through_a_pooler(cluster: Cluster) -> str:
    cluster.add_replica("standby")
    return cluster.add_pooler().url


@pytest.fixture(scope="module")
def clinic(pgbouncer: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with running_clinic(tmp_path_factory.mktemp("clinic"), _through_a_pooler) as made:
        yield made


@pytest.fixture(autouse=True)
def no_tries_so_far(clinic: Clinic) -> None:
    clinic.cluster.primary.run("TRUNCATE throttles", "screening")


def walk_to_check(visitor: Visitor) -> None:
    """Answer every question, each page on whichever host the visitor reaches."""
    visitor.open("/")
    answer = visitor.send("/start")
    while (address := urlsplit(answer.address).path) != CHECK:
        assert answer.status == 200, (address, answer.status)
        answer = visitor.send(address, **fields_of(address, NO_MEDICINE))


def stored(clinic: Clinic, code: str) -> int:
    with clinic.store.database.reading() as session:
        mine = Screening.reference_mac == clinic.store.mac_of(code)
        return session.scalar(select(func.count()).where(mine)) or 0


def test_both_made_the_tables_at_the_same_moment_and_one_of_them_found_them_made(clinic: Clinic) -> None:
    assert is_up_to_date(clinic.store.database)
    assert all("one-time" not in told and "/clinic/" in told for told in clinic.told_by_init)


def test_a_journey_goes_on_from_host_to_host(clinic: Clinic) -> None:
    before = [host.requests_seen() for host in clinic.hosts]
    visitor = Traveller(*clinic.hosts)
    walk_to_check(visitor)
    result = visitor.send(SUBMIT)
    assert urlsplit(result.address).path == RESULT
    assert stored(clinic, code_shown(result)) == 1
    seen = [host.requests_seen() - now for host, now in zip(clinic.hosts, before, strict=True)]
    assert min(seen) >= 5
    assert abs(seen[0] - seen[1]) <= 1


def test_the_same_submission_on_both_hosts_at_once_is_stored_once_under_one_code(clinic: Clinic) -> None:
    first = Traveller(clinic.hosts[0])
    walk_to_check(first)
    second = Traveller(clinic.hosts[1])
    second.jar = first.jar
    second.open(CHECK)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda visitor: visitor.send(SUBMIT), (first, second)))
    [code] = {code_shown(each) for each in results}
    assert stored(clinic, code) == 1
    with clinic.store.database.reading() as session:
        ids = select(Screening.id).where(Screening.reference_mac == clinic.store.mac_of(code))
        noted = select(func.count()).where(
            AuditEvent.subject_id.in_(ids), AuditEvent.action == "screening_stored"
        )
        assert session.scalar(noted) == 1


def test_who_signs_in_on_one_host_is_signed_in_on_both_and_signs_out_of_both(clinic: Clinic) -> None:
    Doorkeeper().make(clinic.store, CLINICIAN)
    person = Traveller(*clinic.hosts)
    person.open(SIGN_IN)
    person.send(SIGN_IN, email=CLINICIAN.email, password=PASSWORD)
    person.send(FACTOR, code=code_at(datetime.now(UTC)))
    cookies = list(person.jar)
    assert all(reaches_queue(host, cookies) for host in clinic.hosts)
    person.open(QUEUE)
    person.send("/clinic/sign-out")
    assert not any(reaches_queue(host, cookies) for host in clinic.hosts)


def reaches_queue(host: Host, cookies: list[Cookie]) -> bool:
    """Whether a browser with these cookies sees the queue of this host."""
    browser = Traveller(host)
    for cookie in cookies:
        browser.jar.set_cookie(cookie)
    return urlsplit(browser.open(QUEUE).address).path == QUEUE


def test_wrong_passwords_are_counted_over_both_hosts(clinic: Clinic) -> None:
    """Ten in five minutes; were they counted by each host, there would be twenty before it refuses."""
    visitor = Traveller(*clinic.hosts)
    visitor.open(SIGN_IN)
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < 21:
        statuses.append(visitor.send(SIGN_IN, email="nobody@example.org", password=PASSWORD).status)
    assert 10 <= len(statuses) - 1 < 20


def test_the_replica_has_what_was_handed_in(clinic: Clinic) -> None:
    visitor = Traveller(*clinic.hosts)
    walk_to_check(visitor)
    code = code_shown(visitor.send(SUBMIT))
    primary, replica = clinic.cluster.nodes
    wait_until(lambda: replica.has_caught_up(primary), "the replica does not follow")
    mac = clinic.store.mac_of(code).hex()
    assert replica.run(f"SELECT count(*) FROM screenings WHERE reference_mac = '\\x{mac}'", "screening") == 1  # noqa: S608
