"""Answers that cannot be read: a page of its own with the way out. Nothing is shown in their place."""

from flask import Flask, Response, make_response, render_template

from app.storage.encryption import UnreadableError
from app.web.errors import log_failure


def add_unreadable_page(app: Flask) -> None:
    """Answer calmly when what this browser's token stands for is damaged, also on the first page.

    It is kept until the person clears the screen: the keys may only be away for a while.
    """

    @app.errorhandler(UnreadableError)
    def unreadable(problem: UnreadableError) -> Response:
        page = render_template("patient/unreadable.html", request_id=log_failure(problem))
        return make_response(page, 410)
