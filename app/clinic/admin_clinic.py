"""What the clinic says of itself: typed, looked at in a preview, then saved. The preview stores nothing."""

from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clinic.access import me
from app.clinic.blueprint import clinic
from app.clinic.clinic_form import LOGO_FILE, ChosenLogo, ClinicForm
from app.domain.help_numbers import help_for
from app.services.clinic_words import ClinicWords, WordsChangedError, read_words, set_words
from app.storage.audit import clinician
from app.web.clinic_words import LOGO_ENDPOINT, clinic_words
from app.web.context import now, settings, store
from app.web.headers import allow_picture_in_page
from app.web.paper_size import paper_of

CARRY_THE_LOGO: Final = frozenset({"clinic.preview_clinic", "clinic.receive_clinic"})
_SAVED: Final = _l("The words of the clinic are saved. Patients read them from now on.")


@clinic.get("/admin/clinic")
def clinic_page() -> str:
    """What is set now."""
    done = _SAVED if request.args.get("done") == "saved" else ""
    return _page(ClinicForm.about(clinic_words()), done=done)


@clinic.post("/admin/clinic/preview")
def preview_clinic() -> Response:
    """How it would look, or the boxes again to change it. Nothing is stored."""
    form, logo = _received()
    if not _is_right(form, logo):
        return make_response(_page(form, logo), 422)
    if request.args.get("edit") == "yes":
        return make_response(_page(form, logo))
    if logo.content:
        allow_picture_in_page()
    return make_response(_page(form, logo, preview=_preview(form, logo)))


@clinic.post("/admin/clinic")
def receive_clinic() -> Response:
    """Show this from now on."""
    form, logo = _received()
    if not _is_right(form, logo):
        return make_response(_page(form, logo), 422)
    seen = request.form.get("seen", "")
    try:
        set_words(store(), settings(), form.texts(), logo.content, clinician(me()), now(), seen)
    except WordsChangedError:
        return make_response(_page_after_another(form, logo, read_words(store(), settings())), 409)
    return redirect(url_for("clinic.clinic_page", done="saved"), code=303)


def _received() -> tuple[ClinicForm, ChosenLogo]:
    form = ClinicForm.received(request.form)
    file = request.files.get(LOGO_FILE)
    return form, ChosenLogo(request.form, file, is_removed=bool(form.remove_logo.data))


def _is_right(form: ClinicForm, logo: ChosenLogo) -> bool:
    return form.validate() and not logo.problem


def _page_after_another(form: ClinicForm, logo: ChosenLogo, current: ClinicWords) -> str:
    """The boxes with what was typed, and what somebody else has set meanwhile where it differs."""
    stored = ClinicForm.about(current)
    pairs = zip(form.text_fields, stored.text_fields, strict=True)
    theirs = [(other.label.text, other.shown) for own, other in pairs if own.data != other.data]
    return _page(form, logo, meanwhile=theirs, seen=current.mark)


def _page(
    form: ClinicForm,
    logo: ChosenLogo | None = None,
    *,
    preview: dict[str, Any] | None = None,
    meanwhile: list[tuple[Any, str]] | None = None,
    seen: str = "",
    done: Any = "",
) -> str:
    errors = form.errors_in_order
    return render_template(
        "clinic/admin/clinic.html",
        form=form,
        logo=logo,
        errors=[*errors, *(logo.errors if logo else [])],
        preview=preview,
        meanwhile=meanwhile,
        seen=seen or request.form.get("seen") or clinic_words().mark,
        has_logo=bool(clinic_words().logo),
        done=done,
    )


def _preview(form: ClinicForm, logo: ChosenLogo) -> dict[str, Any]:
    """The words as they would stand on the first page and on the poster."""
    words = form.words()
    return {
        "words": words,
        "logo": _logo_address(logo),
        "help": help_for(words.country),
        "paper": paper_of(words.country),
    }


def _logo_address(logo: ChosenLogo) -> str:
    """Where the page finds the picture: in itself while it is not stored."""
    if logo.content:
        return f"data:image/png;base64,{logo.carried}"
    is_kept = logo.content is None and clinic_words().logo
    return url_for(LOGO_ENDPOINT, digest=clinic_words().logo) if is_kept else ""
