"""The words of the desk are lazy: they need an app that knows the language."""

from tests.support.words import english

__all__ = ["english"]
