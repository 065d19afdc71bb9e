"""A poster for the waiting room: what the screening is, in each language, and a picture that leads to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.reports.papers.typesetting import Paper, PaperKind, set_paper
from app.reports.papers.words import PRODUCT
from app.services.clinic_words import ClinicWords
from app.web.language import in_language
from app.web.qr_picture import modules_of
from config import Settings


def poster(
    settings: Settings,
    clinic: ClinicWords,
    logo: bytes | None,
    languages: Iterable[str],
    paper: Paper,
    now: datetime,
) -> bytes:
    """The poster, one sheet. The first language is the one that the file says it is in."""
    codes = list(languages)
    with in_language(codes[0]):
        values = {
            "title": _("Do you have very frequent headaches?"),
            "product": PRODUCT,
            "clinic_name": clinic.name,
            "contact": clinic.contact.splitlines(),
            "logo": list(logo or b""),  # JSON knows no bytes
            "logo_words": clinic.name or _("Logo of the clinic"),
            "address": settings.base_url,
            "alternative": words_for_picture(settings),
            "modules": modules_of(settings.base_url),
            "sections": [words_in(code, settings) for code in codes],
            **dict.fromkeys(("running", "page_of", "self_reported", "origin"), ""),
            **{"facts": {}, "headings": {}, "parts": ()},
        }
        return set_paper(PaperKind.POSTER, paper, values, now)


def words_for_picture(settings: Settings) -> str:
    """What the picture is, for those who do not see it."""
    return str(_("A picture that leads a phone’s camera to %(address)s", address=settings.base_url))


def words_in(language: str, settings: Settings) -> dict[str, Any]:
    """What stands on the poster in one language, whole sentences."""
    with in_language(language):
        entry = (
            _("Code of the clinic: %(code)s", code=settings.safeguards.access_code)
            if settings.safeguards.access_code
            else ""
        )
        return {
            "language": language,
            "question": _("Do you have very frequent headaches?"),
            "sentences": [
                _(
                    "Answer a few short questions and see how your headaches compare with the "
                    "published pattern of chronic migraine. Then take the summary to your clinician."
                ),
                _("No name, no address, no account. “I am not sure” is always a good answer."),
                _("This screening is not a diagnosis. Only a clinician can tell what your headaches are."),
            ],
            "how": _("Point your phone’s camera at the picture, or open the address under it."),
            "entry": entry,
        }
