"""The blueprint that every view of the patient app belongs to."""

from typing import Final

from flask import Blueprint

patient: Final = Blueprint("patient", __name__)
