"""Faults of processes: killed at any moment, at every point of a submission, while starting; stopped."""

import sqlite3
import threading
from contextlib import closing
from typing import Final

from app.storage.encryption import code_macs
from app.storage.keyring import load_keyring
from tests.support.fault_ground import Ground, connected, head, injected
from tests.support.journeys import RESULT
from tests.support.ledger import DATABASE, Result
from tests.support.submissions import SUBMIT, Patient, a_prepared_patient

# What SQLite asks for in a COMMIT, and up to the how many-th of a thread is of its first few submissions.
COMMIT_CALLS: Final = {"pwrite64": 200, "fdatasync": 8, "ftruncate": 2}


def worker_killed(ground: Ground) -> None:
    """One of two workers is killed under load. The other goes on, and a new one takes its place."""
    for _ in ground.each_round():
        with ground.busy():
            ground.until_stored_again(1)
            ground.at_a_random_moment()
            victim = ground.workers()[0]
            victim.kill()
            ground.until(lambda gone=victim.pid: _is_replaced(ground, gone), "the worker is replaced")  # type: ignore[misc]
            ground.until_stored_again()
        ground.expect(not ground.start_if_ended(), "the end of one worker was that of all")


def _is_replaced(ground: Ground, gone: int) -> bool:
    now = {each.pid for each in ground.workers()}
    return gone not in now and len(now) == 2


def everything_killed(ground: Ground) -> None:
    """All processes are killed under load, and killed once more while they start."""
    for _ in ground.each_round():
        with ground.busy():
            ground.until_stored_again(1)
            ground.at_a_random_moment()
            ground.server.kill()
            ground.server.spawn()
            ground.at_a_random_moment(3.0)
            ground.server.kill()
            ground.server.start()
            ground.until_stored_again()


def killed_at_a_point(ground: Ground) -> None:
    """A worker kills itself at the point that the settings of the server name, each few submissions."""
    for _ in ground.each_round():
        before = {each.pid for each in ground.workers()}
        with ground.busy():
            ground.until(lambda b=before: _has_lost_one(ground, b), "a worker dies at the point")  # type: ignore[misc]
            ground.until(lambda: not ground.start_if_ended() and ground.server.answers(), "it answers again")
            ground.until_stored_again(1)


def _has_lost_one(ground: Ground, before: set[int]) -> bool:
    return ground.start_if_ended() or bool(before - {each.pid for each in ground.workers()})


def killed_in_commit(ground: Ground) -> None:
    """A worker is killed as it writes, syncs or truncates a file of the database."""
    for _ in ground.each_round():
        victim = ground.workers()[0]
        call = ground.chance.choice(list(COMMIT_CALLS))
        number = ground.chance.randint(1, COMMIT_CALLS[call])
        with ground.busy():
            with injected([victim], call, f"signal=SIGKILL:when={number}") as tracer:
                ground.until(lambda gone=victim.pid: _is_replaced(ground, gone), "it dies in COMMIT")  # type: ignore[misc]
                ground.expect(tracer.poll() is not None, "the tracer goes with the worker")
            ground.until_stored_again()
        ground.start_if_ended()


def answer_lost(ground: Ground) -> None:
    """The connection is cut after the COMMIT, before a byte of the answer was read: then pressed again."""
    for _ in ground.each_round():
        patient = a_prepared_patient(ground.server.port, ground.ledger)
        ground.ledger.began(patient.code)
        with closing(connected(ground.server.port)) as connection:
            body = patient.body_of({}).encode()
            connection.sendall(head(SUBMIT, {**patient.headers("x"), "Content-Length": len(body)}) + body)
            ground.until(lambda who=patient: _is_stored(ground, who), "it is stored without an answer")  # type: ignore[misc]
        shown_before = patient.code
        ground.expect(patient.submit() is Result.ACKNOWLEDGED, "the second press is not acknowledged")
        patient.ask(RESULT)
        ground.expect(patient.code == shown_before, "the second press shows another code")


def _is_stored(ground: Ground, patient: Patient) -> bool:
    macs = code_macs(load_keyring(ground.server.data_dir / "keyring"), patient.code).macs
    with closing(sqlite3.connect(ground.server.data_dir / DATABASE)) as connection:
        found = connection.execute("SELECT count(*) FROM screenings WHERE reference_mac = ?", (macs[-1],))
        return bool(found.fetchone()[0])


def stopped_in_a_request(ground: Ground) -> None:
    """The server is asked to end while somebody's submission takes two seconds: it is finished first."""
    for _ in ground.each_round():
        patient = a_prepared_patient(ground.server.port, ground.ledger)
        results: list[Result] = []
        pressing = threading.Thread(target=lambda who=patient, into=results: into.append(who.submit()))
        pressing.start()
        ground.pass_time(ground.chance.uniform(0.5, 1.5))
        status = ground.server.stop()
        pressing.join()
        ground.expect(status == 0, f"it ended with status {status}")
        ground.expect(results == [Result.ACKNOWLEDGED], "the request under way was dropped")
        ground.server.start()
