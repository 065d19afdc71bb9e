"""The blueprint that every view of the clinic app belongs to."""

from typing import Final

from flask import Blueprint

clinic: Final = Blueprint("clinic", __name__)
