"""The second factor: a code of the app, a passkey, or a recovery code."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clinic import known_browser
from app.clinic.access import signed_in
from app.clinic.account_forms import RecoveryForm
from app.clinic.blueprint import clinic
from app.clinic.passkey_site import passkey_site
from app.clinic.sign_in_forms import CodeForm
from app.clinic.sign_in_pages import home, too_many
from app.clinic.way_back import address_after, checked_way_back
from app.services import passkeys, recovery_codes
from app.services import second_factor as services
from app.services.one_time_codes import address_of, key_of
from app.services.sign_in import VERY_FRESH, has_fresh_factor
from app.services.throttling import TooManyTriesError
from app.web.context import now, store
from app.web.qr_picture import QrPicture
from app.web.token_session import browser_session, new_token


def wanted() -> str | None:
    """The page to go on to."""
    return checked_way_back(request.args.get("next"))


def enrolment_of(seed: bytes) -> dict[str, Any]:
    """What an app has to know, for the camera and for the fingers."""
    return {"key": key_of(seed), "picture": QrPicture(address_of(seed, signed_in().account.email))}


def _factor_page(form: CodeForm) -> str:
    """Asks for a code; before the first one, with what the person's app has to know."""
    found, site = signed_in(), passkey_site()
    is_new = not found.account.has_factor
    seed = services.begin_enrolment(store(), found.account.id) if is_new else None
    return render_template(
        "clinic/factor.html",
        form=form,
        enrolment=enrolment_of(seed) if seed else None,
        passkey_options=passkeys.sign_in_options(store(), found, site) if site else None,
        next=wanted(),
    )


@clinic.get("/factor")
def factor() -> str | Response:
    if has_fresh_factor(signed_in(), now(), VERY_FRESH):
        return redirect(address_after(request.args.get("next"), home()), code=303)
    return _factor_page(CodeForm())


@clinic.post("/factor")
def receive_factor() -> Response:
    """Check the code, and go on under a new token. After the first one there are codes to be kept."""
    found, form = signed_in(), CodeForm.received(request.form)
    if not form.validate():
        return make_response(_factor_page(form), 422)
    token = new_token()
    try:
        services.give_code(store(), found, form.code.data, token, now())
    except services.WrongCodeError:
        form.code.errors = [_("Enter the code that your app shows now. A code works once")]
        return make_response(_factor_page(form), 422)
    except TooManyTriesError as problem:
        return too_many(form, _factor_page, problem)
    if found.account.has_factor:
        return _enter(token, address_after(request.args.get("next"), home()))
    recovery_codes.make_codes(store(), found, now())
    return _enter(token, url_for("clinic.show_recovery_codes", next=wanted()))


def _enter(token: str, address: str) -> Response:
    browser_session().replace(token)
    response = redirect(address, code=303)
    known_browser.remember(response, signed_in().account.email)
    return response


@clinic.post("/factor/passkey")
def receive_passkey() -> Response:
    """Check what a passkey has answered."""
    site, token, form = passkey_site(), new_token(), CodeForm()
    try:
        if site is None:
            raise passkeys.PasskeyError
        answer = request.form.get("answer", "")
        passkeys.give_passkey(store(), signed_in(), site, answer, token, now())
    except passkeys.PasskeyError:
        form.code.errors = [_("The passkey was not taken. Try it once more, or enter a code of your app")]
        return make_response(_factor_page(form), 422)
    except TooManyTriesError as problem:
        return too_many(form, _factor_page, problem)
    return _enter(token, address_after(request.args.get("next"), home()))


def _recovery_page(form: RecoveryForm) -> str:
    return render_template("clinic/recovery.html", form=form, next=wanted())


@clinic.get("/factor/recovery")
def recovery() -> str:
    """For who cannot use their app."""
    return _recovery_page(RecoveryForm())


@clinic.post("/factor/recovery")
def receive_recovery() -> Response:
    """Check a recovery code. Whoever has used one is asked whether the app is to be set up anew."""
    form, token = RecoveryForm.received(request.form), new_token()
    if not form.validate():
        return make_response(_recovery_page(form), 422)
    try:
        services.give_recovery_code(store(), signed_in(), form.recovery_code.data, token, now())
    except services.WrongCodeError:
        form.recovery_code.errors = [_("Enter a recovery code that you have not used yet. Each works once")]
        return make_response(_recovery_page(form), 422)
    except TooManyTriesError as problem:
        return too_many(form, _recovery_page, problem)
    return _enter(token, url_for("clinic.new_app", used="yes", next=wanted()))
