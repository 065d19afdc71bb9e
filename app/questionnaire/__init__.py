"""The instrument: pages, their order and path, and the words patients see. No database, no request."""

from typing import Final

# Changes whenever the meaning of an answer could change: a question, its hint, its choices or order.
QUESTIONNAIRE_VERSION: Final = "2.0"
EARLIER_VERSIONS: Final = ("1.0",)
