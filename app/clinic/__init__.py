"""The clinic app: clinicians and administrators, signed in. Everything is refused unless it is allowed."""

from typing import Final

from flask import Flask

from app.clinic import (
    account_pages,
    admin_audit,
    admin_clinic,
    admin_installation,
    admin_people,
    admin_poster,
    admin_retention,
    assignment,
    factor_pages,
    link_pages,
    measures,
    own_factor_pages,
    papers,
    queue,
    records,
    removed,
    sign_in_pages,
    statistics,
    tables,
    taking_in,
    unreadable,
)
from app.clinic.access import deny_by_default
from app.clinic.blueprint import clinic
from app.clinic.refused_forms import note_refused_forms
from app.storage.store import Store
from app.web.application import Surface, make_application
from app.web.clinic_words import add_logo
from app.web.health import add_health
from config import Settings

SURFACE: Final = Surface(
    name="clinic",
    cookie="desk",
    same_site="Strict",
    base_template="clinic/base.html",
    takes_files=frozenset({"clinic.receive_take_in", *admin_clinic.CARRY_THE_LOGO}),
    takes_long_texts=admin_clinic.CARRY_THE_LOGO,
)

__all__ = [
    "account_pages",
    "admin_audit",
    "admin_clinic",
    "admin_installation",
    "admin_people",
    "admin_poster",
    "admin_retention",
    "assignment",
    "create_clinic_app",
    "factor_pages",
    "link_pages",
    "measures",
    "own_factor_pages",
    "papers",
    "queue",
    "records",
    "removed",
    "sign_in_pages",
    "statistics",
    "tables",
    "taking_in",
    "unreadable",
]


def create_clinic_app(settings: Settings, store: Store) -> Flask:
    """The clinic app alone."""
    app = make_application(SURFACE, settings, store)
    app.register_blueprint(clinic)
    deny_by_default(app)
    note_refused_forms(app)
    add_health(app)
    add_logo(app)
    return app
