"""Stopping on any page, and going on with the code: here or on another device."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.patient import browser
from app.patient.blueprint import patient
from app.patient.outcome import address_with_code, code_page_address
from app.patient.ways import first_open_page
from app.services.coming_back import go_on_by_code, keep_for_later, leave_for_later
from app.web.context import now, settings, store
from app.web.qr_picture import QrPicture


@patient.get("/screening/later")
def later() -> str | Response:
    """The code, until when it leads back here, and how."""
    draft = browser.open_draft()
    if draft.is_submitted:
        return browser.go_to("patient.result")
    return render_template(
        "patient/later.html",
        reference_code=draft.reference_code,
        until=keep_for_later(store(), browser.token(), now()),
        address=code_page_address() if settings().public_url else "",
        picture=QrPicture(address_with_code(draft.reference_code)),
        kept=request.args.get("kept"),
    )


@patient.post("/screening/later")
def leave() -> Response:
    """Clear this device and keep the answers under their code."""
    leave_for_later(store(), browser.token(), now())
    return browser.cleared(make_response(browser.go_to("patient.left")))


@patient.get("/left")
def left() -> str:
    """Nothing is here any more; the code leads back."""
    return render_template("patient/left.html")


@patient.post("/your-screening/go-on")
def go_on_with_code() -> Response:
    """Go on where the person with this code stopped."""
    is_shared = browser.is_shared_device()
    browser.hold(go_on_by_code(store(), browser.token(), now(), is_shared=is_shared))
    return first_open_page(browser.open_draft().answers)
