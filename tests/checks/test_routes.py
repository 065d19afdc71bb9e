"""Every page of the product, declared here by hand: who may ask for it, and how."""

import re

import pytest
from flask import Flask

from app.clinic.rights import RIGHTS, Right
from tests.support.accounts import clinic_app
from tests.support.routes import Route, routes_of

ANYONE, DRAFT, CLINICIAN, SIGNED_IN = "anyone", "a browser with a draft", "a clinician", "anyone signed in"
PASSWORD, ADMINISTRATOR = "whoever has given a password", "an administrator"
GRANT = "a browser with leave to read"

BOTH = {
    "static": ("GET", ANYONE),
    "healthz": ("GET", ANYONE),
    "readyz": ("GET", ANYONE),
    "metrics": ("GET", ANYONE),
    "logo": ("GET", ANYONE),
}
PATIENT = {
    **BOTH,
    "patient.start": ("GET", ANYONE),
    "patient.begin": ("POST", ANYONE),
    "patient.again": ("GET", ANYONE),
    "patient.begin_again": ("POST", ANYONE),
    "patient.go_on": ("POST", DRAFT),
    "patient.finish_here": ("POST", ANYONE),
    "patient.finished": ("GET", ANYONE),
    "patient.left": ("GET", ANYONE),
    "patient.later": ("GET", DRAFT),
    "patient.leave": ("POST", DRAFT),
    "patient.go_on_with_code": ("POST", GRANT),
    "patient.receive_access": ("POST", ANYONE),
    "patient.shared": ("GET", ANYONE),
    "patient.share": ("POST", ANYONE),
    "patient.leave_shared": ("GET", ANYONE),
    "patient.receive_leave_shared": ("POST", ANYONE),
    "patient.still_here": ("POST", ANYONE),
    "patient.cleared": ("GET", ANYONE),
    "patient.about": ("GET", ANYONE),
    "patient.privacy": ("GET", ANYONE),
    "patient.sources": ("GET", ANYONE),
    "patient.show_step": ("GET", DRAFT),
    "patient.answer_step": ("POST", DRAFT),
    "patient.check_answers": ("GET", DRAFT),
    "patient.calendar": ("GET", DRAFT),
    "patient.receive_calendar": ("POST", DRAFT),
    "patient.diary": ("GET", GRANT),
    "patient.receive_diary": ("POST", GRANT),
    "patient.diary_counts": ("GET", GRANT),
    "patient.use_diary": ("POST", GRANT),
    "patient.diary_files": ("GET", GRANT),
    "patient.bring_diary": ("POST", GRANT),
    "patient.save_diary": ("POST", GRANT),
    "patient.diary_sheet": ("POST", ANYONE),
    "patient.begin_diary": ("POST", DRAFT),
    "patient.submit": ("POST", DRAFT),
    "patient.add_medicine": ("GET", DRAFT),
    "patient.receive_medicine": ("POST", DRAFT),
    "patient.show_trial": ("GET", DRAFT),
    "patient.receive_trial": ("POST", DRAFT),
    "patient.remove_trial": ("POST", DRAFT),
    "patient.medicines_done": ("POST", DRAFT),
    "patient.result": ("GET", DRAFT),
    "patient.emergency": ("GET", ANYONE),
    "patient.correct": ("POST", DRAFT),
    "patient.copy_result": ("POST", DRAFT),
    "patient.result_paper": ("POST", DRAFT),
    "patient.result_fhir": ("POST", DRAFT),
    "patient.your_screening": ("GET", ANYONE),
    "patient.receive_code": ("POST", ANYONE),
    "patient.list_own": ("GET", GRANT),
    "patient.own_result": ("GET", GRANT),
    "patient.own_change": ("GET", GRANT),
    "patient.copy_own": ("POST", GRANT),
    "patient.delete_own": ("GET", GRANT),
    "patient.receive_delete": ("POST", GRANT),
    "patient.deleted": ("GET", GRANT),
    "patient.own_paper": ("POST", GRANT),
    "patient.own_fhir": ("POST", GRANT),
}
CLINIC = {
    **BOTH,
    "clinic.sign_in": ("GET", ANYONE),
    "clinic.receive_sign_in": ("POST", ANYONE),
    "clinic.factor": ("GET", PASSWORD),
    "clinic.receive_factor": ("POST", PASSWORD),
    "clinic.recovery": ("GET", PASSWORD),
    "clinic.receive_recovery": ("POST", PASSWORD),
    "clinic.receive_passkey": ("POST", PASSWORD),
    "clinic.sign_out": ("POST", PASSWORD),
    "clinic.stay": ("POST", SIGNED_IN),
    "clinic.account": ("GET", SIGNED_IN),
    "clinic.receive_notices": ("POST", SIGNED_IN),
    "clinic.receive_sessions": ("POST", SIGNED_IN),
    "clinic.password": ("GET", SIGNED_IN),
    "clinic.receive_password": ("POST", SIGNED_IN),
    "clinic.new_app": ("GET", SIGNED_IN),
    "clinic.receive_new_app": ("POST", SIGNED_IN),
    "clinic.show_recovery_codes": ("GET", SIGNED_IN),
    "clinic.receive_recovery_codes": ("POST", SIGNED_IN),
    "clinic.receive_codes_kept": ("POST", SIGNED_IN),
    "clinic.add_passkey": ("GET", SIGNED_IN),
    "clinic.receive_new_passkey": ("POST", SIGNED_IN),
    "clinic.remove_passkey": ("GET", SIGNED_IN),
    "clinic.receive_passkey_removal": ("POST", SIGNED_IN),
    "clinic.set_up": ("GET", ANYONE),
    "clinic.receive_set_up": ("POST", ANYONE),
    "clinic.new_password": ("GET", ANYONE),
    "clinic.receive_new_password": ("POST", ANYONE),
    "clinic.queue": ("GET", CLINICIAN),
    "clinic.receive_view": ("POST", CLINICIAN),
    "clinic.remove_view": ("POST", CLINICIAN),
    "clinic.receive_assignment": ("POST", CLINICIAN),
    "clinic.statistics": ("GET", CLINICIAN),
    "clinic.summary": ("GET", CLINICIAN),
    "clinic.evidence": ("GET", CLINICIAN),
    "clinic.receive_evidence": ("POST", CLINICIAN),
    "clinic.fhir": ("GET", CLINICIAN),
    "clinic.receive_fhir": ("POST", CLINICIAN),
    "clinic.table": ("GET", CLINICIAN),
    "clinic.receive_table": ("POST", CLINICIAN),
    "clinic.take_in": ("GET", CLINICIAN),
    "clinic.receive_take_in": ("POST", CLINICIAN),
    "clinic.find": ("GET", CLINICIAN),
    "clinic.receive_find": ("POST", CLINICIAN),
    "clinic.record": ("GET", CLINICIAN),
    "clinic.receive_review": ("POST", CLINICIAN),
    "clinic.receive_score": ("POST", CLINICIAN),
    "clinic.receive_course": ("POST", CLINICIAN),
    "clinic.people": ("GET", ADMINISTRATOR),
    "clinic.receive_invitation": ("POST", ADMINISTRATOR),
    "clinic.receive_withdrawal": ("POST", ADMINISTRATOR),
    "clinic.person": ("GET", ADMINISTRATOR),
    "clinic.receive_roles": ("POST", ADMINISTRATOR),
    "clinic.receive_active": ("POST", ADMINISTRATOR),
    "clinic.end_their_sessions": ("POST", ADMINISTRATOR),
    "clinic.make_their_password_link": ("POST", ADMINISTRATOR),
    "clinic.remove_their_factor": ("POST", ADMINISTRATOR),
    "clinic.unlock_them": ("POST", ADMINISTRATOR),
    "clinic.retention": ("GET", ADMINISTRATOR),
    "clinic.receive_retention": ("POST", ADMINISTRATOR),
    "clinic.receive_purge": ("POST", ADMINISTRATOR),
    "clinic.clinic_page": ("GET", ADMINISTRATOR),
    "clinic.preview_clinic": ("POST", ADMINISTRATOR),
    "clinic.receive_clinic": ("POST", ADMINISTRATOR),
    "clinic.poster_page": ("GET", ADMINISTRATOR),
    "clinic.poster_file": ("GET", ADMINISTRATOR),
    "clinic.audit": ("GET", ADMINISTRATOR),
    "clinic.installation": ("GET", ADMINISTRATOR),
}
DECLARED = {"patient": PATIENT, "clinic": CLINIC}
NAMES = r"key|slug|token|digest|int:visit|uuid:(screening|account)_id|path:filename"
PART = re.compile(rf"[a-z]+(-[a-z]+)*|<({NAMES})>|")
each_app = pytest.mark.parametrize("name", DECLARED)


def routes(app: Flask, name: str) -> list[Route]:
    return routes_of(app if name == "patient" else clinic_app(app))


@pytest.mark.requirement("AZ-01")
@each_app
def test_every_page_is_declared_with_its_method(name: str, app: Flask) -> None:
    found = {route.endpoint: sorted(route.methods) for route in routes(app, name)}
    assert found == {endpoint: [method] for endpoint, (method, _) in DECLARED[name].items()}


@each_app
def test_every_page_has_one_address(name: str, app: Flask) -> None:
    endpoints = [route.endpoint for route in routes(app, name)]
    assert len(set(endpoints)) == len(endpoints)


@each_app
def test_addresses_are_words_with_hyphens(name: str, app: Flask) -> None:
    for route in routes(app, name):
        assert all(PART.fullmatch(part) for part in route.address.split("/")), route.address


@pytest.mark.requirement("AZ-01")
def test_what_the_clinic_shows_to_anyone_is_what_is_declared() -> None:
    public = {name for name, right in RIGHTS.items() if right is Right.ANYONE}
    assert {name for name, (_, access) in CLINIC.items() if access == ANYONE} == public


@pytest.mark.requirement("AUTH-08")
def test_a_password_alone_opens_what_is_declared() -> None:
    half = {name for name, right in RIGHTS.items() if right is Right.PASSWORD}
    assert {name for name, (_, access) in CLINIC.items() if access == PASSWORD} == half


@pytest.mark.requirement("AZ-01")
def test_every_page_of_the_clinic_has_a_right() -> None:
    assert set(RIGHTS) == set(CLINIC)


@pytest.mark.requirement("PAT-21")
def test_the_patient_app_has_no_page_of_the_clinic(app: Flask) -> None:
    shared = {route.endpoint for route in routes(app, "patient")} & {
        route.endpoint for route in routes(app, "clinic")
    }
    assert shared == set(BOTH)


@pytest.mark.requirement("AZ-09")
def test_no_page_asks_for_a_secret_in_its_address(app: Flask) -> None:
    """But for the one-time links, which are worth nothing once they were used."""
    for name in DECLARED:
        for route in routes(app, name):
            names = set(re.findall(r"<(?:\w+:)?(\w+)>", route.address))
            plain = {"filename", "digest", "key", "slug", "screening_id", "account_id", "visit"}
            assert names <= {*plain, "token"}
            assert "token" not in names or route.address.startswith(("/set-up/", "/new-password/"))
