"""What a person agrees to when they start. Other words need another version: each screening keeps its own."""

from typing import Final

from flask_babel import lazy_gettext as _

CONSENT_VERSION: Final = "1"
CONSENT: Final = (
    _(
        "When you start, you agree that this clinic stores your answers about your health. "
        "They are kept locked, so that its clinicians can read them and talk with you about them."
    ),
    _("It is your choice. You can stop at any time before you send your answers."),
)
