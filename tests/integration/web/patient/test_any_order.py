"""Pages in any order, with any values: no failure, no acknowledged answer lost, one screening each.

Hypothesis chooses what somebody does; the machine knows what they were promised. A page that answered with
a redirect has acknowledged what was typed on it, and must show it again for as long as the draft lives.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.services.clinical_review import find_by_reference_code, open_record
from app.services.draft_limits import HANDED_IN, UNFINISHED, UNTOUCHED
from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ASK_NOW,
    ASK_TODAY,
    BORDERLINE,
    CHECK,
    DAYS,
    HOW_LONG,
    LOOK_AGAIN,
    MEDICINE_DAYS,
    MIGRAINE_MEDICINE,
    NEGATIVE,
    NO_MEDICINE,
    NOT_SURE_EVERYWHERE,
    OTHER_SIGNS,
    PREVENTIVES,
    RESULT,
    SAFETY,
    Answers,
    fields_of,
    optional_fields,
)
from tests.support.product import row_counts

MORNING: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
CORE: Final = (SAFETY, OTHER_SIGNS, DAYS, HOW_LONG, PREVENTIVES)
ADVICE: Final = (ASK_NOW, ASK_TODAY, LOOK_AGAIN)
SEVEN_MONTHS: Final[Answers] = {"months_at_this_frequency": 7}  # whole years would come back as years
PEOPLE: Final[tuple[Answers, ...]] = (
    *({**person, **SEVEN_MONTHS} for person in (NO_MEDICINE, NEGATIVE, BORDERLINE)),
    NOT_SURE_EVERYWHERE,
)
# The second page is asked only of those who take a medicine on some day.
TAKEN: Final[tuple[Answers, ...]] = (
    {"any_acute_medication_days": 12, "months_of_acute_medication_use": 18},
    {"any_acute_medication_days": 0, "months_of_acute_medication_use": None},
)
TRIPTANS: Final[Answers] = {"triptan_days": 10, "ergot_days": 0, "gepant_or_ditan_days": 0}
OWNERS: Final = {
    "red_flags": (SAFETY, OTHER_SIGNS),
    "unsure_red_flags": (SAFETY, OTHER_SIGNS),
    "headache_days": (DAYS,),
    "migraine_days": (DAYS,),
    "counted_from": (DAYS,),
    "months_at_this_frequency": (HOW_LONG,),
    "look_alikes": (HOW_LONG,),
    "preventives": (PREVENTIVES,),
    **dict.fromkeys(TAKEN[0], (MEDICINE_DAYS,)),
    **dict.fromkeys(TRIPTANS, (MIGRAINE_MEDICINE,)),
}
HOSTILE: Final = (
    "",
    "\x00",
    "-1",
    "31",
    "9" * 40,
    "<script>",
    "' OR 1=1 --",
    "{{7*7}}",
    "\u202e12",
    "١٢",
    "🧠",
)
ANYWHERE: Final = (
    *CORE,
    *ADVICE,
    MEDICINE_DAYS,
    MIGRAINE_MEDICINE,
    CHECK,
    RESULT,
    "/screening/emergency",
    "/",
)
Form = dict[str, Any]


class Somebody(RuleBasedStateMachine):
    """A browser, and what it was promised: `kept` is what each page acknowledged."""

    def __init__(self, app: Flask, store: Store) -> None:
        super().__init__()
        self.store = store
        self.client = WebClient(app)
        self.travel = time_machine.travel(MORNING, tick=False)
        self.clock = self.travel.start()
        self.kept: dict[str, Form] = {}
        self.has_draft = self.is_submitted = self.is_emergency = False
        self.screenings = row_counts(store)["screenings"]

    def teardown(self) -> None:
        self.travel.stop()

    # --- how it is done ---------------------------------------------------------------------------

    def post(self, address: str, form: Mapping[str, Any] | None = None) -> Page:
        self.client.open("/")
        return self.client.post(address, form)

    def is_open(self, address: str) -> bool:
        return self.client.request("GET", address).status == 200

    def answer(self, address: str, form: Form) -> None:
        """Sends a page. What an open page takes is acknowledged; a page that is not open takes nothing."""
        was_open = self.is_open(address)
        page = self.post(address, form)
        if not self.has_draft:
            assert page.status == 404
        elif was_open:
            assert page.status == 303, (address, page.status, page.errors)
            self.kept[address] = form
        else:
            assert page.status == 303

    def forget(self) -> None:
        self.kept = {}
        self.has_draft = self.is_submitted = self.is_emergency = False

    # --- what somebody does -----------------------------------------------------------------------

    @initialize()
    def come_for_the_first_time(self) -> None:
        self.begin()

    @precondition(lambda self: self.is_submitted or not self.has_draft)
    @rule()
    def start_afresh(self) -> None:
        self.begin()

    def begin(self) -> None:
        assert self.post("/start").location == SAFETY
        self.forget()
        self.has_draft = True

    @precondition(lambda self: self.has_draft and not self.is_submitted)
    @rule(person=st.sampled_from(PEOPLE), pages=st.sampled_from((1, 3, 12)))
    def go_on(self, person: Answers, pages: int) -> None:
        """Answers some pages, each where the product says to go on; 12 are more than there are."""
        for _ in range(pages):
            address = self.client.request("GET", CHECK).location
            if not address:
                break
            self.answer(address, fields_of(address, person))

    @rule(address=st.sampled_from(CORE), person=st.sampled_from(PEOPLE))
    def answer_any_page(self, address: str, person: Answers) -> None:
        self.answer(address, fields_of(address, person))

    @precondition(lambda self: self.has_draft)
    @rule(taken=st.sampled_from(TAKEN))
    def tell_of_medicine(self, taken: Answers) -> None:
        self.answer(MEDICINE_DAYS, optional_fields(taken))
        self.answer(MIGRAINE_MEDICINE, optional_fields(TRIPTANS))

    @rule(address=st.sampled_from((DAYS, HOW_LONG, PREVENTIVES)), text=st.sampled_from(HOSTILE))
    def type_nonsense(self, address: str, text: str) -> None:
        was_open = self.is_open(address)
        page = self.post(address, dict.fromkeys(fields_of(address, NO_MEDICINE), text))
        assert page.status == (422 if was_open else 303 if self.has_draft else 404)

    @rule(address=st.sampled_from(ANYWHERE))
    def go_anywhere(self, address: str) -> None:
        assert self.client.request("GET", address).status in (200, 303, 404)

    @rule(times=st.integers(1, 3))
    def send(self, times: int) -> None:
        is_complete = self.has_draft and not self.is_submitted and self.is_open(CHECK)
        open_pages = {address for address in self.kept if self.is_open(address)}
        for _ in range(times):
            assert self.post("/screening/submit").status == (303 if self.has_draft else 404)
        if is_complete:
            self.screenings += 1
            self.is_submitted = True
            self.check_stored(open_pages)

    @precondition(lambda self: self.has_draft and not self.is_submitted)
    @rule(person=st.sampled_from(PEOPLE), changes_mind=st.booleans(), times=st.integers(1, 3))
    def answer_all_and_send(self, *, person: Answers, changes_mind: bool, times: int) -> None:
        """Also after telling of a medicine, and then of none: its page is not on the way any more."""
        self.go_on(person, 12)
        if changes_mind:
            for taken in TAKEN:
                self.tell_of_medicine(taken)
        self.go_on(person, 12)
        self.send(times)

    def check_stored(self, open_pages: set[str]) -> None:
        """Every answer that is stored was given, on a page that was on the way."""
        code = self.client.open(RESULT).code
        stored = open_record(self.store, find_by_reference_code(self.store, code)).screening.answers
        for name in stored:
            assert open_pages & set(OWNERS[name]), name

    @precondition(lambda self: self.has_draft and not self.is_emergency)
    @rule()
    def tick_an_emergency(self) -> None:
        self.post(SAFETY, {"red_flags": ["thunderclap_onset"]})
        self.screenings += 1
        self.is_submitted = self.is_emergency = True
        assert self.client.open(RESULT).address == "/screening/emergency"

    @precondition(lambda self: self.is_submitted)
    @rule()
    def finish(self) -> None:
        assert self.post("/finish").location == "/finished"
        self.forget()

    @rule(days=st.sampled_from((0, 0, 0, 1, 6, 7)))
    def leave_it_for_days(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))
        unfinished = UNFINISHED if self.kept else UNTOUCHED
        limit = (HANDED_IN if self.is_submitted else unfinished).unused
        if timedelta(days=days) >= limit:
            self.forget()

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        for address, form in self.kept.items() if not self.is_submitted else ():
            page = self.client.request("GET", address)
            if page.status == 200:
                shown = page.values("Continue") if form else {}
                for name, value in form.items():
                    wanted = [str(each) for each in (value if isinstance(value, list) else [value])]
                    assert shown.get(name, [""]) == wanted or value is None, (address, name)

    @invariant()
    def each_draft_is_one_screening(self) -> None:
        assert row_counts(self.store)["screenings"] == self.screenings


def test_whatever_somebody_does_nothing_fails_and_nothing_is_lost(app: Flask, sqlite_store: Store) -> None:
    sent: list[int] = []

    class Counted(Somebody):
        def __init__(self) -> None:
            super().__init__(app, sqlite_store)

        def check_stored(self, open_pages: set[str]) -> None:
            super().check_stored(open_pages)
            sent.append(len(self.kept))

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to look for a shorter walk would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(sent) >= 3, "most walks came to no end, and showed little"
