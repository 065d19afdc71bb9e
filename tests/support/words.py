"""An app that knows the language, for lazy words in tests that need no page."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    app = Flask("desk")
    Babel(app)
    with app.test_request_context():
        yield
