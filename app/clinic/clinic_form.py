"""The form for what the clinic says of itself: texts, country and logo."""

from base64 import b64decode, b64encode
from typing import Any, Final, Self

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms.validators import ValidationError

from app.clinic.forms import NoteField
from app.domain.codes import LANGUAGES
from app.questionnaire.fields import ChoiceField, CodesField, Option
from app.questionnaire.page import PageForm
from app.services.clinic_words import (
    INTRODUCTIONS,
    TEXTS,
    ClinicWords,
    problem_of,
    tidied,
    words_from,
)
from app.services.png import PictureError, clean_png
from app.web.language import language_name
from config import countries

LOGO_FILE: Final = "logo_file"
CARRIED_LOGO: Final = "logo"
_YES: Final = "yes"


class WordsField(NoteField):
    """A text of the clinic. What is wrong with it is said by whoever keeps it."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, missing="", longest=0, too_long="", **kwargs)

    def receive(self, formdata: Any) -> None:
        self.typed = self.posted_whole(formdata).replace("\r\n", "\n")
        self.data = tidied(self.typed)

    @property
    def shown(self) -> str:
        """The text as it is read."""
        return self.data or ""

    def pre_validate(self, form: Any) -> None:
        if problem := problem_of(self.name, self.data):
            raise ValidationError(problem)


class WordsLine(WordsField):
    kind = "text"


class CountryField(ChoiceField):
    """One of all countries, by their names in the language of the page."""

    kind = "select"

    def receive(self, formdata: Any) -> None:
        self.data = self.posted(formdata)

    @property
    def options(self) -> list[Option]:
        names = Locale(str(get_locale() or "en")).territories
        known = sorted((str(names.get(code, code)), code) for code in countries())
        every = [Option("", _l("Not set")), *(Option(code, name) for name, code in known)]
        return [Option(each.value, each.label, checked=each.value == self.data) for each in every]

    @property
    def shown(self) -> Any:
        """The name of the chosen country."""
        return next((each.label for each in self.options if each.checked), "")

    def pre_validate(self, form: Any) -> None:
        if problem_of(self.name, self.data):
            raise ValidationError(_l("Choose a country from the list"))


class ClinicForm(PageForm):
    """Every text under the name it is set by."""

    title = _l("Clinic")
    clinic_name = WordsLine(
        _l("Name of the clinic"),
        description=_l("It stands on the first page, on papers and on the poster. At most 80 characters."),
    )
    clinic_contact = WordsField(
        _l("How to reach the clinic"),
        description=_l(
            "Patients read it after their summary, when they want an appointment: a telephone number, hours, "
            "an address. At most 5 lines."
        ),
    )
    clinic_country = CountryField(
        _l("Country"),
        choices=(),
        description=_l(
            "It decides which emergency number patients read, and whether papers are A4 or Letter."
        ),
    )
    remove_logo = CodesField(_l("The logo as it is now"), choices=[Option(_YES, _l("Show no logo any more"))])

    @classmethod
    def about(cls, words: ClinicWords) -> Self:
        """The form with what is set now."""
        return cls.showing(words.texts())

    def texts(self) -> dict[str, str]:
        """Every text under the name it is set by."""
        return {name: self[name].data for name in TEXTS}

    @property
    def text_fields(self) -> list[Any]:
        """The fields of the texts, in the order of the page."""
        return [self[name] for name in TEXTS]

    def words(self, logo: str = "") -> ClinicWords:
        return words_from(self.texts(), logo)


for _code in LANGUAGES:
    setattr(
        ClinicForm,
        INTRODUCTIONS[_code],
        WordsField(
            _l("Introduction on pages in %(language)s", language=LazyString(language_name, _code)),
            description=_l(
                "A few sentences of your own for the first page, below ours. At most 600 characters."
            ),
        ),
    )


class ChosenLogo:
    """What a form says of the logo. `content` is None where it stays, empty where it goes.

    A file that was chosen for a preview is carried on in the page, as text: it is checked anew each time.
    """

    def __init__(self, posted: "MultiDict[str, str]", file: FileStorage | None, *, is_removed: bool) -> None:
        self.content: bytes | None = None
        self.problem: Any = ""
        chosen = file.read() if file is not None else b""
        try:
            if chosen:
                self.content = clean_png(chosen)
            elif is_removed:
                self.content = b""
            elif carried := posted.get(CARRIED_LOGO, ""):
                self.content = clean_png(_decoded(carried))
        except PictureError as problem:
            self.problem = problem.sentence

    @property
    def carried(self) -> str:
        """The picture as the page carries it."""
        return b64encode(self.content or b"").decode()

    @property
    def errors(self) -> list[tuple[str, Any]]:
        return [(LOGO_FILE, self.problem)] if self.problem else []


def _decoded(carried: str) -> bytes:
    """What the page has carried; nothing where it was tampered with, which is then no picture."""
    try:
        return b64decode(carried, validate=True)
    except ValueError:
        return b""
