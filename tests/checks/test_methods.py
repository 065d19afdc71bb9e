"""A page answers the methods it declares and no other."""

from uuid import UUID

import pytest
from flask import Flask

from tests.support.accounts import clinic_app
from tests.support.client import WebClient
from tests.support.journeys import CHECK, POSITIVE, walk_to
from tests.support.routes import routes_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "QUERY")


def assert_only_declared_methods(app: Flask, prefix: str, client: WebClient) -> None:
    addresses = {route.example(str(UUID(int=7))) for route in routes_of(app)}
    assert len(addresses) > 15
    for address in addresses:
        allowed = set(app.url_map.bind("localhost").allowed_methods(address))
        assert allowed <= {"GET", "HEAD", "POST", "OPTIONS"}, address
        for method in set(METHODS) - allowed:
            page = client.request(method, prefix + address)
            assert page.status == 405, (method, prefix + address)
            assert set(page.headers["Allow"].split(", ")) == allowed


@pytest.mark.requirement("WEB-06")
def test_a_patient_page_answers_no_method_but_its_own(app: Flask, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    assert_only_declared_methods(app, "", patient_client)


@pytest.mark.requirement("WEB-06")
def test_a_page_of_the_desk_answers_no_method_but_its_own(app: Flask, clinic_client: WebClient) -> None:
    assert_only_declared_methods(clinic_app(app), "/clinic", clinic_client)


@pytest.mark.requirement("WEB-06")
def test_signed_out_no_other_method_does_anything(app: Flask) -> None:
    client = WebClient(app)
    for route in routes_of(clinic_app(app)):
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            status = client.request(method, "/clinic" + route.example(str(UUID(int=7)))).status
            assert status in (303, 405), (method, route.address)
