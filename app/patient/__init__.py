"""The patient app: anyone, no account. Views only."""

from typing import Final

from flask import Flask

from app.patient import (
    calendar,
    change_over_time,
    coming_back,
    deleting,
    diary,
    diary_files,
    entrance,
    handing_in,
    journey,
    medicines,
    outcome,
    pages,
    shared_device,
    taking_along,
    your_screening,
)
from app.patient.blank_pages import add_blank_pages
from app.patient.blueprint import patient
from app.patient.browser import add_missing_draft_page
from app.patient.unreadable import add_unreadable_page
from app.patient.your_screening import add_reading_pages
from app.storage.store import Store
from app.web.application import Surface, make_application
from app.web.clinic_words import add_logo
from app.web.health import add_health
from config import Settings

SURFACE: Final = Surface(
    name="patient",
    cookie="screening",
    same_site="Lax",
    base_template="patient/base.html",
    sources_endpoint="patient.sources",
)

__all__ = [
    "calendar",
    "change_over_time",
    "coming_back",
    "create_patient_app",
    "deleting",
    "diary",
    "diary_files",
    "entrance",
    "handing_in",
    "journey",
    "medicines",
    "outcome",
    "pages",
    "shared_device",
    "taking_along",
    "your_screening",
]


def create_patient_app(settings: Settings, store: Store) -> Flask:
    """The patient app alone."""
    app = make_application(SURFACE, settings, store)
    app.register_blueprint(patient)
    add_blank_pages(app)
    add_missing_draft_page(app)
    add_unreadable_page(app)
    add_reading_pages(app)
    shared_device.add_shared_clock(app)
    shared_device.add_end_of_choices(app)
    entrance.add_waiting_pages(app)
    add_health(app)
    add_logo(app)
    return app
