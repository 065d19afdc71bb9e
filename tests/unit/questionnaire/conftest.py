"""The words of the questionnaire are lazy: they need an app that knows the language."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    app = Flask("questionnaire")
    Babel(app)
    with app.app_context():
        yield
