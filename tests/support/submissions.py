"""People who fill in the screening over real connections, several at once, and note what they were told."""

import http.client
import random
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from tests.support.journeys import (
    CHECK,
    DAYS,
    HOW_LONG,
    NO_MEDICINE,
    OTHER_SIGNS,
    PREVENTIVES,
    RESULT,
    SAFETY,
    fields_of,
)
from tests.support.ledger import Ledger, Result
from tests.support.server import HOST

QUESTIONS: Final = (SAFETY, OTHER_SIGNS, DAYS, HOW_LONG, PREVENTIVES)
SUBMIT: Final = "/screening/submit"
ANSWER_SECONDS: Final = 15.0
PAUSE_SECONDS: Final = 0.1
PRESS_AGAIN: Final = 0.7  # how many of those who were not answered try again
TOO_EARLY: Final = 0.1  # how many press a button that has to refuse them
_TOKEN: Final = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_CODE: Final = re.compile(r'<span class="code"[^>]*>((?:<span>[^<]*</span>(?:<wbr>)?)+)')
_NOT_FOR_PEOPLE: Final = ("Traceback", "sqlite", "OperationalError", "Internal Server Error")


class NoAnswerError(Exception):
    """The connection was refused or cut, or nothing came in time."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Patient:
    """One browser, that follows nothing by itself and judges every page that says that something failed."""

    port: int
    ledger: Ledger
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    code: str = ""

    def ask(self, path: str, fields: Mapping[str, Any] | None = None) -> Reply:
        """The answer, whatever its status.

        Raises:
            NoAnswerError: there was none.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            body = None if fields is None else self.body_of(fields)
            connection.request("GET" if fields is None else "POST", path, body, self.headers(body))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            reply = Reply(response.status, headers, response.read().decode())
        except TimeoutError as problem:
            self.ledger.complain(f"no answer to {path} in {ANSWER_SECONDS:.0f} s")
            raise NoAnswerError from problem
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswerError from problem
        finally:
            connection.close()
        self._remember(reply)
        if reply.status >= 500:
            self._judge(path, fields, reply)
        return reply

    def body_of(self, fields: Mapping[str, Any]) -> str:
        return urlencode({"csrf_token": self.token, **fields}, doseq=True)

    def headers(self, body: str | None = None) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        kind = {} if body is None else {"Content-Type": "application/x-www-form-urlencoded"}
        return {"Cookie": held, "Connection": "close", **kind}

    def _remember(self, reply: Reply) -> None:
        if cookie := reply.headers.get("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if token := _TOKEN.search(reply.body):
            self.token = token[1]
        if code := _CODE.search(reply.body):
            self.code = re.sub(r"<[^>]*>|-", "", code[1])

    def _judge(self, path: str, fields: Mapping[str, Any] | None, reply: Reply) -> None:
        """A page for people says 503 and when to come back, and keeps what was typed."""
        problems = [f"status {reply.status}"] if reply.status != 503 else []
        problems += ["no Retry-After"] if "retry-after" not in reply.headers else []
        problems += [f"shows {each}" for each in _NOT_FOR_PEOPLE if each in reply.body]
        values = [each for value in (fields or {}).values() for each in _listed(value)]
        problems += (
            ["forgets what was typed"] if any(f'value="{v}"' not in reply.body for v in values) else []
        )
        problems += ["no button"] if fields is not None and "<button" not in reply.body else []
        for problem in problems:
            self.ledger.complain(f"{'GET' if fields is None else 'POST'} {path}: {problem}")
        if not problems:
            self.ledger.praise()

    def insist(self, path: str, fields: Mapping[str, Any] | None, stop: threading.Event) -> Reply | None:
        """Ask again and again until it works; None when that is no use any more."""
        while not stop.is_set():
            try:
                reply = self.ask(path, fields)
            except NoAnswerError:
                reply = None
            if reply is not None and reply.status < 500:
                return reply
            stop.wait(PAUSE_SECONDS)
        return None

    def answer_all(self, stop: threading.Event) -> bool:
        """From the first page to the one with the code; whether it came so far."""
        if not (self.insist("/", None, stop) and self.insist("/start", {}, stop)):
            return False
        if self.insist(SAFETY, None, stop) is None:
            return False
        if any(self.insist(each, fields_of(each, NO_MEDICINE), stop) is None for each in QUESTIONS):
            return False
        checked = self.insist(CHECK, None, stop)
        if checked is not None and checked.status != 200:
            self.ledger.complain(f"answers that were taken are gone: {checked.location}")
        return checked is not None and checked.status == 200

    def submit(self) -> Result:
        """Press the button once, and note what came of it."""
        self.ledger.began(self.code)
        try:
            reply = self.ask(SUBMIT, {})
        except NoAnswerError:
            return Result.UNKNOWN
        if reply.status == 303 and reply.location == RESULT:
            self.ledger.note(self.code, Result.ACKNOWLEDGED)
            return Result.ACKNOWLEDGED
        if reply.status < 500:
            self.ledger.complain(f"the button led to {reply.status} {reply.location}")
        return Result.UNKNOWN

    def submit_in_vain(self) -> None:
        """Press the button with the token of nobody: that has to be refused."""
        try:
            reply = self.ask(SUBMIT, {"csrf_token": "of nobody"})
        except NoAnswerError:
            return
        if reply.status == 400:
            self.ledger.refused(self.code)


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


@dataclass
class Load:
    """Several people at once, each again and again, until it is stopped."""

    port: int
    ledger: Ledger
    seed: int
    stop: threading.Event = field(default_factory=threading.Event)
    again: float = PRESS_AGAIN

    def come_and_go(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        while not self.stop.is_set():
            patient = Patient(self.port, self.ledger)
            if not patient.answer_all(self.stop):
                return
            if chance.random() < TOO_EARLY:
                patient.submit_in_vain()
                continue
            while patient.submit() is Result.UNKNOWN and chance.random() < self.again:
                if self.stop.wait(PAUSE_SECONDS):
                    break


@contextmanager
def under_load(
    port: int, ledger: Ledger, seed: int, people: int = 4, again: float = PRESS_AGAIN
) -> Iterator[Load]:
    """While so many people hand in. At the end each finishes the request that is under way."""
    load = Load(port, ledger, seed, again=again)
    threads = [threading.Thread(target=load.come_and_go, args=(each,)) for each in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()


def a_prepared_patient(port: int, ledger: Ledger) -> Patient:
    """Somebody whose finger is on the button."""
    patient = Patient(port, ledger)
    assert patient.answer_all(threading.Event()), "the questions cannot be answered"
    return patient
