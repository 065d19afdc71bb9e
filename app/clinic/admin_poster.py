"""The poster for the waiting room: what stands on it, and the file to print."""

from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from app.clinic.blueprint import clinic
from app.clinic.papers import attached
from app.domain.codes import LANGUAGES
from app.questionnaire.fields import ChoiceField, Option
from app.questionnaire.page import PageForm
from app.reports.papers.poster import poster, words_for_picture, words_in
from app.reports.papers.typesetting import Paper
from app.services.clinic_words import read_logo
from app.web.clinic_words import clinic_words
from app.web.context import now, settings, store
from app.web.language import language_name
from app.web.paper_size import usual_paper
from app.web.qr_picture import QrPicture

_ALL: Final = "all"
_PAPERS: Final = {Paper.A4: _l("Save the poster, A4"), Paper.LETTER: _l("Save the poster, Letter")}


class PosterForm(PageForm):
    title = _l("Poster")
    language = ChoiceField(
        _l("Which languages stand on it?"),
        choices=[
            Option(_ALL, _l("All of them")),
            *(Option(code, LazyString(language_name, code)) for code in LANGUAGES),
        ],
        missing=_l("Choose the languages of the poster"),
    )


def _is_reachable() -> bool:
    """Whether it is known where patients come to."""
    return bool(settings().public_url)


@clinic.get("/admin/poster")
def poster_page() -> str:
    """What stands on the poster."""
    return render_template(
        "clinic/admin/poster.html",
        form=PosterForm.showing({"language": _ALL}),
        clinic=clinic_words(),
        address=settings().base_url if _is_reachable() else "",
        picture=QrPicture(settings().base_url),
        picture_words=words_for_picture(settings()),
        sections=[words_in(code, settings()) for code in LANGUAGES],
        papers=sorted(_PAPERS.items(), key=lambda each: each[0] is not usual_paper()),
    )


@clinic.get("/admin/poster/file")
def poster_file() -> Response:
    """The poster as PDF, on the paper and in the languages that were asked for."""
    if not _is_reachable():
        return redirect(url_for("clinic.poster_page"), code=303)
    paper, language = request.args.get("paper", ""), request.args.get("language", _ALL)
    if paper not in list(Paper) or language not in (_ALL, *LANGUAGES):
        abort(404)
    words = clinic_words()
    logo = read_logo(store(), words.logo) if words.logo else None
    languages = LANGUAGES if language == _ALL else (language,)
    content = poster(settings(), words, logo, languages, Paper(paper), now())
    return attached(content, "application/pdf", f"headache-poster-{paper}.pdf")
