"""Secrets may stand in files: a file has an owner, while an environment is printed by many tools."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

SECRETS: Final = ("ACCESS_CODE", "DATABASE_OWNER_URL", "DATABASE_URL", "METRICS_TOKEN")
_LARGEST: Final = 4096


class SecretFileError(Exception):
    """A file with a secret cannot be used; the text says which setting, and never what stands in the file."""


def with_secret_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, with the content of the file for each secret that is named as NAME_FILE.

    Raises:
        SecretFileError: a file cannot be read, or the secret is set in both ways.
    """
    found = dict(environment)
    for name in SECRETS:
        file = environment.get(f"{name}_FILE", "").strip()
        if file and environment.get(name, "").strip():
            raise SecretFileError(f"Set {name} or {name}_FILE, not both.")
        if file:
            found[name] = _content(f"{name}_FILE", Path(file))
    return found


def _content(name: str, file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            content = opened.read(_LARGEST + 1).strip()
    except OSError as problem:
        raise SecretFileError(f"{name} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise SecretFileError(f"{name} is no text.") from None
    if not content or len(content) > _LARGEST or not content.isprintable():
        raise SecretFileError(f"{name} must name a file with one line of text.")
    return content
