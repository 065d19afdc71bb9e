"""A person's own second factors: the app, recovery codes, passkeys."""

from uuid import UUID

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clinic.access import signed_in
from app.clinic.account_forms import NewAppForm, NewCodesForm, NewPasskeyForm, RemovePasskeyForm
from app.clinic.account_pages import refusal
from app.clinic.blueprint import clinic
from app.clinic.factor_pages import enrolment_of, wanted
from app.clinic.passkey_site import passkey_site
from app.clinic.sign_in_pages import home, too_many
from app.clinic.way_back import address_after
from app.services import passkeys, recovery_codes
from app.services.own_account import seed_of_new_app, set_up_new_app
from app.services.passkeys import Site
from app.services.second_factor import WrongCodeError
from app.services.throttling import TooManyTriesError
from app.storage.account_models import Passkey
from app.web.context import now, store


def _new_app_page(form: NewAppForm) -> str:
    enrolment = enrolment_of(seed_of_new_app(store(), signed_in()))
    return render_template("clinic/new_app.html", form=form, enrolment=enrolment, next=wanted())


@clinic.get("/account/app")
def new_app() -> str:
    """Another app, or the same on another phone."""
    return _new_app_page(NewAppForm())


@clinic.post("/account/app")
def receive_new_app() -> Response:
    """Put another app in the place of the old one; every other browser is signed out."""
    form = NewAppForm.received(request.form)
    refused = refusal(form, _new_app_page)
    if refused is not None:
        return refused
    try:
        set_up_new_app(store(), signed_in(), form.code.data, now())
    except WrongCodeError:
        form.code.errors = [_("Enter the code that your app shows now for the new key")]
        return make_response(_new_app_page(form), 422)
    except TooManyTriesError as problem:
        return too_many(form, _new_app_page, problem)
    return redirect(url_for("clinic.account", done="app"), code=303)


# --- recovery codes -------------------------------------------------------------------------------


def _codes_page(form: NewCodesForm) -> str:
    found = signed_in()
    return render_template(
        "clinic/recovery_codes.html",
        form=form,
        codes=recovery_codes.shown_codes(store(), found),
        codes_left=recovery_codes.codes_left(store(), found),
        next=wanted(),
    )


@clinic.get("/account/recovery-codes")
def show_recovery_codes() -> str:
    """The codes that were just made, until they are put away; then only the way to new ones."""
    return _codes_page(NewCodesForm())


@clinic.post("/account/recovery-codes")
def receive_recovery_codes() -> Response:
    """Make new codes; the old ones do not work any more."""
    form = NewCodesForm.received(request.form)
    refused = refusal(form, _codes_page)
    if refused is not None:
        return refused
    recovery_codes.make_codes(store(), signed_in(), now())
    return redirect(url_for("clinic.show_recovery_codes"), code=303)


@clinic.post("/account/recovery-codes/kept")
def receive_codes_kept() -> Response:
    """The person has kept their codes."""
    recovery_codes.put_away(store(), signed_in())
    return redirect(address_after(request.args.get("next"), home()), code=303)


# --- passkeys -------------------------------------------------------------------------------------


def _site() -> Site:
    return passkey_site() or abort(404)


def _passkey_page(form: NewPasskeyForm) -> str:
    options = passkeys.registration_options(store(), signed_in(), _site())
    return render_template("clinic/passkey.html", form=form, passkey_options=options)


@clinic.get("/account/passkey")
def add_passkey() -> str:
    return _passkey_page(NewPasskeyForm())


@clinic.post("/account/passkey")
def receive_new_passkey() -> Response:
    """Keep a passkey that the browser has made; every other browser is signed out."""
    site, form = _site(), NewPasskeyForm.received(request.form)
    refused = refusal(form, _passkey_page)
    if refused is not None:
        return refused
    try:
        answer = request.form.get("answer", "")
        passkeys.add_passkey(store(), signed_in(), site, form.name.data, answer, now())
    except passkeys.PasskeyError:
        form.name.errors = [_("The passkey was not taken. Load this page again and try once more")]
        return make_response(_passkey_page(form), 422)
    return redirect(url_for("clinic.account", done="passkey"), code=303)


def _own_passkey() -> Passkey:
    """The passkey that is meant, if it is this person's."""
    wanted_id, mine = request.values.get("passkey", ""), passkeys.own_passkeys(store(), signed_in())
    return next((each for each in mine if str(each.id) == wanted_id), None) or abort(404)


def _removal_page(form: RemovePasskeyForm) -> str:
    return render_template("clinic/remove_passkey.html", form=form, passkey=_own_passkey())


@clinic.get("/account/passkey/remove")
def remove_passkey() -> str:
    return _removal_page(RemovePasskeyForm())


@clinic.post("/account/passkey/remove")
def receive_passkey_removal() -> Response:
    """Remove one passkey; every other browser is signed out."""
    passkey_id: UUID = _own_passkey().id
    refused = refusal(RemovePasskeyForm.received(request.form), _removal_page)
    if refused is not None:
        return refused
    passkeys.remove_passkey(store(), signed_in(), passkey_id, now())
    return redirect(url_for("clinic.account", done="passkey-removed"), code=303)
