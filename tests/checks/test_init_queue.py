"""`init` after an update: screenings of the version before the queue get their lines and are counted once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import text

from app.commands.init import init
from app.domain import answers_from_mapping, answers_to_mapping, assess, assessment_to_mapping
from app.services import storing
from app.services.queue import queue_page
from app.services.storing import complete_listings
from app.storage.database import Database
from app.storage.encryption import FieldCipher, Place
from app.storage.keyring import create_keyring, load_keyring
from app.storage.models import URGENCY_RANKS, Screening, StatisticCount
from app.storage.queue import QueueFilter, Standing
from app.storage.schema import alembic_config
from app.storage.store import Store
from tests.checks.commands import Run, flask, succeeded
from tests.support.journeys import EMERGENCY, NEGATIVE, POSITIVE, Answers
from tests.support.screenings import NOON, add

BEFORE_THE_QUEUE: Final = "0006_create_reassessments"
UNKNOWN_TO_RULES_1_0: Final = ("migraine_features", "medication_overuse", "policies")
CLINICIAN_ID: Final = UUID(int=7)
CLINICIAN: Final = {
    "id": CLINICIAN_ID.hex,
    "email": "ada@example.org",
    "name": "Dr Ada Example",
    "password_hash": "none",
    "is_active": True,
    "is_administrator": True,
    "is_clinician": True,
    "session_key": "k" * 64,
    "created_at": NOON.replace(tzinfo=None),
}


@dataclass(frozen=True)
class Earlier:
    """An installation as the version before the queue has left it."""

    url: str
    cipher: FieldCipher

    def insert(self, table: str, row: dict[str, Any]) -> None:
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        with closing(Database(self.url)) as database, database.writing() as session:
            session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), row)  # noqa: S608

    def add(self, answers: Answers = POSITIVE, *, rules: str = "1.2", is_whole: bool = True) -> UUID:
        """A screening as it was written then."""
        screening_id, given = uuid4(), answers_from_mapping(dict(answers))
        assessment = assess(given, "1.0")
        codes = assessment_to_mapping(assessment)
        codes["versions"] = {"questionnaire": "1.0", "rules": rules}
        if rules == "1.0":
            codes = {name: part for name, part in codes.items() if name not in UNKNOWN_TO_RULES_1_0}
        sealed = self.cipher.seal(answers_to_mapping(given), Place("screenings", "answers", screening_id, 1))
        row = {
            "id": screening_id.hex,
            "reference_mac": screening_id.bytes * 2,
            "received_at": NOON.replace(tzinfo=None),
            "status": "new",
            "is_open": True,
            "outcome": assessment.outcome.value,
            "urgency_rank": URGENCY_RANKS[assessment.urgency],
            "language": "en",
            "questionnaire_version": "1.0",
            "rules_version": rules,
            "is_demonstration": False,
            "row_version": 1,
            "answers": sealed if is_whole else b"damaged",
            "assessment": self.cipher.seal(codes, Place("screenings", "assessment", screening_id, 1)),
        }
        self.insert("screenings", row)
        return screening_id

    def review(self, screening_id: UUID, *, days: int, status: str = "reviewed") -> None:
        moment = NOON.replace(tzinfo=None) + timedelta(days=days)
        row = {"id": uuid4().hex, "screening_id": screening_id.hex, "clinician_id": CLINICIAN_ID.hex}
        self.insert("screening_reviews", {**row, "recorded_at": moment, "status": status})


@pytest.fixture
def earlier(empty_database_url: str, data_dir: Path) -> Earlier:
    data_dir.mkdir(mode=0o700)
    create_keyring(data_dir / "keyring")
    command.upgrade(alembic_config(empty_database_url), BEFORE_THE_QUEUE)
    found = Earlier(empty_database_url, FieldCipher(load_keyring(data_dir / "keyring")))
    found.insert("clinicians", CLINICIAN)
    return found


@pytest.fixture
def store(earlier: Earlier, data_dir: Path) -> Iterator[Store]:
    """What stands in the database. Nothing may be asked of it before `init` has run."""
    keyring = load_keyring(data_dir / "keyring")
    with closing(Database(earlier.url)) as database:
        yield Store(database, keyring, earlier.cipher)


def counted(store: Store) -> dict[str, int]:
    """How many are in the counts of each measure."""
    found: dict[str, int] = {}
    with store.database.reading() as session:
        for row in session.query(StatisticCount):
            found[row.measure] = found.get(row.measure, 0) + row.n
    return found


def without_line(store: Store) -> int:
    with store.database.reading() as session:
        return session.query(Screening).filter(Screening.listing.is_(None)).count()


def test_earlier_screenings_get_their_lines_and_counts(earlier: Earlier, store: Store, run: Run) -> None:
    reviewed = earlier.add()
    earlier.review(reviewed, days=2, status="in_review")
    earlier.review(reviewed, days=30)
    for rules in ("1.0", "1.1", "1.2"):
        earlier.add(NEGATIVE, rules=rules)
        earlier.add(EMERGENCY, rules=rules)
    said = succeeded(run(init, DATABASE_URL=earlier.url))
    assert "Brought the database up to date" in said
    assert "Prepared the queue for 7 earlier screenings." in said
    rows = queue_page(store, QueueFilter(standing=Standing.ANY), None).rows
    assert [row.screening.outcome.value for row in rows[:3]] == ["emergency"] * 3
    assert all(row.listing is not None for row in rows)
    assert {row.listing.headache_days for row in rows[3:] if row.listing} == {9, 20}
    counts = counted(store)
    assert (counts["outcome"], counts["language"], counts["days_to_review"]) == (7, 7, 1)


def test_what_has_nothing_missing_is_found_by_its_policy(earlier: Earlier, store: Store, run: Run) -> None:
    screening_id = earlier.add({**POSITIVE, "age_years": 40, "photophobia": "yes", "phonophobia": "yes"})
    succeeded(run(init, DATABASE_URL=earlier.url))
    with store.database.reading() as session:
        policies = session.execute(text("SELECT screening_id, policy_id FROM screening_policies")).all()
    for policy in store.policies.policies:
        view = QueueFilter(standing=Standing.ANY, policy_id=policy.id)
        shown = [row.screening.id for row in queue_page(store, view, None).rows]
        assert shown == [screening_id] * len([each for each in policies if each.policy_id == policy.id])
    assert policies


def test_again_it_has_nothing_to_do_and_says_nothing_of_it(earlier: Earlier, store: Store, run: Run) -> None:
    earlier.review(earlier.add(), days=1)
    succeeded(run(init, DATABASE_URL=earlier.url))
    before = counted(store)
    for _ in range(2):
        assert "Prepared the queue" not in succeeded(run(init, DATABASE_URL=earlier.url))
    assert counted(store) == before
    assert before["outcome"] == before["days_to_review"] == 1


def test_it_can_be_stopped_at_any_moment_and_run_again(
    earlier: Earlier, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the power fails in a batch: those before it stay done, and nothing is counted twice."""
    for _ in range(5):
        earlier.review(earlier.add(), days=1)
    command.upgrade(alembic_config(earlier.url), "head")
    complete, seen = storing._complete_listing, iter(range(100))

    def stop_at_the_fourth(*arguments: Any) -> bool:
        if next(seen) == 3:
            raise KeyboardInterrupt
        return complete(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(storing, "_BATCH", 2)
        patched.setattr(storing, "_complete_listing", stop_at_the_fourth)
        with pytest.raises(KeyboardInterrupt):
            list(complete_listings(store))
    assert (without_line(store), counted(store)["outcome"]) == (3, 2)
    assert "Prepared the queue for 3 earlier" in succeeded(run(init, DATABASE_URL=earlier.url))
    assert without_line(store) == 0
    counts = counted(store)
    assert counts["outcome"] == counts["days_to_review"] == 5


def test_what_cannot_be_read_is_neither_counted_nor_called_prepared(
    earlier: Earlier, store: Store, run: Run
) -> None:
    damaged, whole = earlier.add(is_whole=False), earlier.add(NEGATIVE)
    assert "Prepared the queue for 1 earlier screenings." in succeeded(run(init, DATABASE_URL=earlier.url))
    assert "Prepared the queue" not in succeeded(run(init, DATABASE_URL=earlier.url))
    lines = {row.screening.id: row.listing for row in queue_page(store, QueueFilter(), None).rows}
    assert lines[damaged] is None
    assert lines[whole] is not None
    assert counted(store)["outcome"] == 1


def test_what_came_after_the_update_is_left_alone(earlier: Earlier, store: Store, run: Run) -> None:
    """The server of the new version may be running already."""
    earlier.add()
    command.upgrade(alembic_config(earlier.url), "head")
    add(store)
    assert "Prepared the queue for 1 earlier" in succeeded(run(init, DATABASE_URL=earlier.url))
    assert counted(store)["outcome"] == 2


def test_the_real_command_says_what_it_did(data_dir: Path) -> None:
    assert flask(data_dir, "init").returncode == 0
    assert flask(data_dir, "seed-demo", "--count", "3").returncode == 0
    with closing(sqlite3.connect(data_dir / "screening.db")) as connection:
        connection.execute("UPDATE screenings SET listing = NULL")
        connection.execute("DELETE FROM statistic_counts")
        connection.commit()
    made = flask(data_dir, "init")
    assert (made.returncode, made.stderr) == (0, "")
    assert "Prepared the queue for 3 earlier screenings." in made.stdout
