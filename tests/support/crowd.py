"""Patients who press on while something breaks, and a book of what each press came to.

A press is *acknowledged* when the next page came, *refused* when the product said no, and *unknown* when it
answered with a failure, or not at all: it may be stored or not. Who got no answer presses again, as a person
does. In the end each journey must be stored exactly once, with the answers that were typed.
"""

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit

from sqlalchemy import select

from app.domain.reference_code import parse_reference_code
from app.storage.models import Screening
from app.storage.screenings import get_screening
from app.storage.store import Store
from tests.support.journeys import CHECK, NO_MEDICINE, RESULT, fields_of
from tests.support.visitor import Answer, Visitor

SUBMIT: Final = "/screening/submit"
_CODE: Final = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}-[0-9A-Z]\b")
_TAG: Final = re.compile(r"<[^>]*>")
_BETWEEN_PRESSES_SECONDS: Final = 0.2
_GONE: Final = (URLError, http.client.HTTPException, OSError)


class Outcome(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def code_shown(answer: Answer) -> str:
    """The reference code on a page."""
    shown = _CODE.search(_TAG.sub("", answer.body))
    assert shown, f"{answer.address} shows no code"
    return parse_reference_code(shown[0])


@dataclass(frozen=True)
class Press:
    """One form that was sent. `keeps_typed` is whether a failure's page carries it, to be sent again."""

    outcome: Outcome
    status: int
    seconds: float
    keeps_typed: bool = True


@dataclass
class Journey:
    """What was typed, and the code that the last page showed."""

    answers: dict[str, Any]
    code: str = ""


@dataclass
class Ledger:
    """All presses and all journeys, of every patient."""

    presses: list[Press] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def number_of(self, outcome: Outcome) -> int:
        return sum(press.outcome is outcome for press in self.presses)

    def slowest_seconds(self) -> float:
        return max((press.seconds for press in self.presses), default=0.0)

    def not_kept(self) -> int:
        """After how many presses the page did not carry what was typed."""
        return sum(not press.keeps_typed for press in self.presses)


class Patient(threading.Thread):
    """Walks one journey after another until told to stop, and finishes the last."""

    def __init__(self, make_visitor: Callable[[], Visitor], ledger: Ledger, numbers: Iterator[int]) -> None:
        super().__init__(daemon=True)
        self._make_visitor, self._ledger, self._numbers = make_visitor, ledger, numbers
        self._is_over = threading.Event()

    def stop(self) -> None:
        self._is_over.set()

    def run(self) -> None:
        try:
            while not self._is_over.is_set():
                self._walk(next(self._numbers))
        except BaseException as problem:  # whoever waits raises it again
            self._ledger.faults.append(problem)

    def _walk(self, number: int) -> None:
        journey = Journey({**NO_MEDICINE, "months_at_this_frequency": 4 + number % 1000})
        self._ledger.journeys.append(journey)
        visitor = self._make_visitor()
        self._look(visitor)
        address = urlsplit(self._press_on(visitor, "/start", {}).address).path
        while address != RESULT:
            answer = self._press_on(visitor, SUBMIT if address == CHECK else address, journey.answers)
            address = urlsplit(answer.address).path
        journey.code = code_shown(self._look(visitor, RESULT))

    def _look(self, visitor: Visitor, address: str = "/") -> Answer:
        """A page that changes nothing, as often as it takes."""
        while True:
            try:
                answer = visitor.open(address)
                if answer.status == 200:
                    return answer
            except _GONE:
                pass
            time.sleep(_BETWEEN_PRESSES_SECONDS)

    def _press_on(self, visitor: Visitor, address: str, answers: dict[str, Any]) -> Answer:
        """Send a page until there is an answer. What is refused would be refused again."""
        fields = {name: value for name, value in fields_of(address, answers).items() if value is not None}
        while True:
            began = time.monotonic()
            try:
                answer = visitor.send(address, **fields)
            except _GONE:
                self._note(Press(Outcome.UNKNOWN, 0, time.monotonic() - began))
                time.sleep(_BETWEEN_PRESSES_SECONDS)
                continue
            self._note(_press(answer, address, fields, time.monotonic() - began))
            if _leads_on(answer, address):
                return self._look(visitor, urlsplit(answer.address).path)
            if answer.status < 500:
                assert answer.status == 200, f"{address} was refused: {answer.status}"
                return answer
            time.sleep(_BETWEEN_PRESSES_SECONDS)

    def _note(self, press: Press) -> None:
        self._ledger.presses.append(press)


def _leads_on(answer: Answer, address: str) -> bool:
    """Whether the form was taken, and only the page after it failed: then a person loads that one again."""
    return answer.status >= 500 and urlsplit(answer.address).path != address


def _press(answer: Answer, address: str, fields: dict[str, Any], seconds: float) -> Press:
    if answer.status < 400:
        return Press(Outcome.ACKNOWLEDGED, answer.status, seconds)
    if answer.status < 500:
        return Press(Outcome.REFUSED, answer.status, seconds)
    keeps = _leads_on(answer, address) or all(f'name="{name}"' in answer.body for name in fields)
    return Press(Outcome.UNKNOWN, answer.status, seconds, keeps)


class Crowd:
    """Several patients at once."""

    def __init__(self, make_visitor: Callable[[], Visitor], number: int) -> None:
        self.ledger = Ledger()
        numbers = count(1)
        self._patients = [Patient(make_visitor, self.ledger, numbers) for _ in range(number)]

    def __enter__(self) -> "Crowd":
        for patient in self._patients:
            patient.start()
        return self

    def __exit__(self, *problem: object) -> None:
        for patient in self._patients:
            patient.stop()
        for patient in self._patients:
            patient.join(120)
        if self.ledger.faults and problem[0] is None:
            raise self.ledger.faults[0]

    def has_made(self, more: int, outcome: Outcome) -> Callable[[], bool]:
        """Whether so many more presses than now have come to this."""
        wanted = self.ledger.number_of(outcome) + more
        return lambda: bool(self.ledger.faults) or self.ledger.number_of(outcome) >= wanted


@dataclass(frozen=True)
class Balance:
    """What is wrong between the book and the database."""

    lost: int
    duplicated: int


def balance(ledger: Ledger, store: Store) -> Balance:
    """Each code that a patient saw leads to one screening with what was typed, and there are no others."""
    codes = [store.mac_of(journey.code) for journey in ledger.journeys]
    with store.database.reading() as session:
        rows = list(session.execute(select(Screening.reference_mac, Screening.id)))
        ids = {row.reference_mac: row.id for row in rows}
        lost = 0
        for code, journey in zip(codes, ledger.journeys, strict=True):
            stored = get_screening(session, store.cipher, ids[code]) if code in ids else None
            lost += stored is None or not _is_as_typed(stored.answers, journey.answers)
    return Balance(lost, len(rows) - len(ids.keys() & set(codes)))


def _is_as_typed(stored: dict[str, Any], typed: dict[str, Any]) -> bool:
    names = ("headache_days", "migraine_days", "months_at_this_frequency", "counted_from")
    return all(stored[name] == typed[name] for name in names)
