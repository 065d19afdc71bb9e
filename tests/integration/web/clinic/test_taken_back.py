"""A sign that a patient ticked by mistake: it leads the queue as before, and says so."""

from flask import Flask

from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.journeys import SAFETY

MARK = "Ticked by mistake, the patient says"


def tick_a_sign(app: Flask) -> WebClient:
    patient = WebClient(app)
    patient.open("/")
    patient.submit("Start")
    assert patient.current.address == SAFETY
    patient.submit("Continue", red_flags=["loss_of_vision"])
    return patient


def test_the_queue_and_the_record_say_that_a_sign_was_taken_back(
    app: Flask, clinic_client: WebClient, sqlite_store: Store
) -> None:
    patient = tick_a_sign(app)
    assert MARK not in clinic_client.open("/clinic/").main
    patient.submit("I ticked it by mistake: back to the question")
    page = clinic_client.open("/clinic/")
    assert page.main.count(MARK) == 1
    page = clinic_client.follow("Emergency sign reported")
    assert "ticked by mistake. Ask about them all the same." in page.main
    assert page.main.count(MARK) == 1, "in the list beside it"
