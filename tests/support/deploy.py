"""The files of deploy/, read as the programs they are for would read them."""

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.support.server import ROOT

DEPLOY = ROOT / "deploy"


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit, each with its values in their order."""
    text = (DEPLOY / name).read_text("utf-8").replace("\\\n", " ")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(key, []).append(value.strip())
    return found


def unit_environment(name: str) -> dict[str, str]:
    """What the unit itself puts into the environment."""
    words = [word for value in unit(name).get("Environment", []) for word in shlex.split(value)]
    return dict(word.split("=", 1) for word in words)


def example_environment(*, with_offers: bool = True) -> dict[str, str]:
    """What the example of the settings file sets, and what it offers behind a #."""
    text = (DEPLOY / "screener.env.example").read_text("utf-8")
    pattern = r'^#?([A-Z_]+)="([^"$]*)"$' if with_offers else r'^([A-Z_]+)="([^"$]*)"$'
    return dict(re.findall(pattern, text, re.MULTILINE))


def instructions(name: str = "Containerfile") -> list[tuple[str, str]]:
    """The lines of a container file: the word and what follows it."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / name).read_text("utf-8"), flags=re.MULTILINE)
    lines = (line.strip() for line in text.replace("\\\n", " ").splitlines())
    parts = [line.partition(" ") for line in lines if line]
    return [(word, rest.strip()) for word, _, rest in parts]


def last_stage() -> list[tuple[str, str]]:
    """What the image is made of in the end."""
    found = instructions()
    begin = max(index for index, (word, _) in enumerate(found) if word == "FROM")
    return found[begin:]


def copied() -> list[tuple[list[str], str]]:
    """From the project into the image: what, and where to."""
    rests = [rest.split() for word, rest in last_stage() if word == "COPY" and not rest.startswith("--")]
    return [(names, target) for *names, target in rests]


def image_environment() -> dict[str, str]:
    words = [word for name, rest in last_stage() if name == "ENV" for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


def image_command() -> list[str]:
    (rest,) = (rest for word, rest in last_stage() if word == "CMD")
    found: list[str] = json.loads(rest)
    return found


def health_command() -> list[str]:
    (rest,) = (rest for word, rest in last_stage() if word == "HEALTHCHECK")
    found: list[str] = json.loads(rest.partition("CMD ")[2])
    return found


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def compose_environment(service: str) -> dict[str, str]:
    """What a service of the compose file is given."""
    found: dict[str, str] = compose()["services"][service]["environment"]
    return found


def nginx_values(name: str) -> list[str]:
    """Each value that a setting of the proxy has."""
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text("utf-8"))
    return [value.strip() for value in re.findall(rf"(?:^|[\s;{{]){name}\s+([^;{{]+);", text)]


def in_bytes(value: str) -> int:
    """A size as nginx writes it."""
    factor = {"k": 1024, "m": 1024 * 1024}.get(value[-1], 1)
    return int(value.rstrip("km")) * factor


def build_folder(target: Path) -> None:
    """What the image would hold under /app, but for its packages."""
    for names, place in copied():
        for name in names:
            source = ROOT / name
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
                shutil.copytree(source, target / place, ignore=ignore)
            else:
                shutil.copy(source, target / place)
