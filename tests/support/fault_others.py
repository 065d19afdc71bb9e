"""Faults of people's connections and of the clock."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from tests.support.fault_ground import Ground, connected, head
from tests.support.ledger import Result
from tests.support.submissions import SUBMIT, a_prepared_patient

HALF_OPEN: Final = 40
HOUR_SECONDS: Final = 3600
DAY_SECONDS: Final = 24 * HOUR_SECONDS


def clients_half_open(ground: Ground) -> None:
    """Forty connections send half a form and fall silent; everybody else is served meanwhile."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": 500}
    for _ in ground.each_round():
        with ExitStack() as silent:
            for _each in range(HALF_OPEN):
                connection = silent.enter_context(closing(connected(ground.server.port)))
                connection.sendall(head(SUBMIT, kind) + b"x=")
            with ground.busy():
                ground.until_stored_again(4)


def clock_jumps(ground: Ground) -> None:
    """The clock goes back an hour, and forward a day, while somebody is on the way and others hand in."""
    file = Path(ground.server.settings["CLOCK_FILE"])
    for number in ground.each_round():
        patient = a_prepared_patient(ground.server.port, ground.ledger)
        file.write_text(str((-HOUR_SECONDS, DAY_SECONDS)[number % 2]))
        ground.expect(patient.submit() is Result.ACKNOWLEDGED, "somebody on the way is refused")
        with ground.busy():
            ground.until_stored_again()
            file.write_text("0")
            ground.until_stored_again()
