"""Settings, read from the environment. The product refuses to start when one is unsafe or unclear."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from secret_files import SecretFileError, with_secret_files

PROJECT: Final = Path(__file__).resolve().parent
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_YES: Final = frozenset({"1", "yes", "true", "on"})
_NO: Final = frozenset({"", "0", "no", "false", "off"})
_NO_COUNTRY: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO"})
_ENGINES: Final = ("sqlite", "postgresql", "postgresql+psycopg")
_ACCESS_CODE: Final = re.compile(r"[A-Za-z0-9]{6,20}")
_METRICS_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,128}")
_MOST_DIGITS: Final = 9
_ANY_ADDRESS: Final = frozenset({"0.0.0.0", "::", "*"})  # noqa: S104


class SettingsError(Exception):
    """A setting is unsafe or unclear; the text says which one and what to do."""


@dataclass(frozen=True)
class Safeguards:
    """What is usual here. Screenings beyond it are marked, never refused; only new journeys have to wait.

    `access_code` is what a poster tells; empty means that anyone may start.
    """

    access_code: str = ""
    starts_per_source: int = 300  # in 10 minutes; a whole clinic may come from one address
    submissions_per_source: int = 60  # an hour
    submissions_per_day: int = 500
    shortest_seconds: int = 8
    most_drafts: int = 20_000


@dataclass(frozen=True)
class MetricsSettings:
    """Who may read the counts of the server, and where its processes keep them together."""

    token: str = field(repr=False)
    folder: Path


@dataclass(frozen=True)
class Settings:
    """How this installation runs. `country` chooses the emergency numbers shown; empty means unknown."""

    data_dir: Path
    database_url: str
    host: str
    port: int
    public_url: str
    country: str
    timezone: str
    clinic_name: str
    audit_anchor_file: Path
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    database_owner_url: str = ""
    is_shared_device: bool = False
    safeguards: Safeguards = Safeguards()
    metrics: MetricsSettings | None = None

    @property
    def keyring_path(self) -> Path:
        return self.data_dir / "keyring"

    @property
    def policies_folder(self) -> Path:
        """Where a clinic puts policies of its own."""
        return self.data_dir / "policies"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def base_url(self) -> str:
        """The address people open, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def trusted_hosts(self) -> list[str]:
        """The host names under which the product answers; any other is refused."""
        name = urlsplit(self.base_url).hostname
        return sorted({*_LOOPBACK, self.host, *([name] if name else [])})


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise SettingsError(f"{name} must be yes or no, not {value!r}.")


def _port(environment: Mapping[str, str]) -> int:
    value = environment.get("PORT", "").strip() or "8000"
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise SettingsError(f"PORT must be a number from 1 to 65535, not {value!r}.")
    return int(value)


def _timezone(environment: Mapping[str, str]) -> str:
    value = environment.get("TIMEZONE", "").strip() or "UTC"
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"TIMEZONE {value!r} is not known. Write it like Europe/London.") from None


def countries() -> frozenset[str]:
    """Every country's two letters (ISO 3166)."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY


def _country(environment: Mapping[str, str]) -> str:
    value = environment.get("COUNTRY", "").strip().upper()
    if value and value not in countries():
        if len(value) == 2 and value.isascii() and value.isalpha() and value != "UK":
            raise SettingsError(f"COUNTRY {value!r} is no country. Write its two letters, such as GB or US.")
        hint = " The United Kingdom is GB." if value == "UK" else ""
        raise SettingsError(f"COUNTRY must be two letters, such as GB or US, not {value!r}.{hint}")
    return value


def _database_url(environment: Mapping[str, str], data_dir: Path) -> str:
    url = environment.get("DATABASE_URL", "").strip() or f"sqlite:///{data_dir / 'screening.db'}"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "DATABASE_URL cannot be read. Write it like postgresql://user@host/name"
        ) from None
    if parsed.drivername not in _ENGINES:
        raise SettingsError("DATABASE_URL must begin with sqlite: or postgresql:")
    if parsed.drivername == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise SettingsError("DATABASE_URL must name a file: answers in memory would be lost.")
    return url


def _database_owner_url(environment: Mapping[str, str], database_url: str) -> str:
    """Who makes and changes the tables on PostgreSQL; the server itself never uses it."""
    url = environment.get("DATABASE_OWNER_URL", "").strip()
    if not url:
        return ""
    app = make_url(database_url)
    try:
        owner = make_url(url)
        kinds = {owner.get_backend_name(), app.get_backend_name()}
    except (ArgumentError, ValueError):
        owner, kinds = app, set()
    if kinds != {"postgresql"}:
        raise SettingsError(
            "DATABASE_OWNER_URL goes with PostgreSQL. Write it like postgresql://owner@host/name"
        )
    if owner.database != app.database or not app.username or owner.username == app.username:
        raise SettingsError(
            "DATABASE_OWNER_URL and DATABASE_URL must name the same database and two different users."
        )
    return url


def _parsed_public_url(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        plain = f"{parts.scheme}://{parts.netloc}" == url and parts.username is None
        if parts.scheme in ("http", "https") and parts.hostname and plain and parts.port != 0:
            return parts
    except ValueError:
        pass  # such as an address with one bracket, or a port that is no number
    raise SettingsError("PUBLIC_URL must look like https://screening.example.org")


def _public_url(environment: Mapping[str, str], host: str) -> str:
    url = environment.get("PUBLIC_URL", "").strip().rstrip("/")
    parts = _parsed_public_url(url) if url else None
    reached_as = parts.hostname if parts is not None else host
    is_https = parts is not None and parts.scheme == "https"
    is_open = host not in _LOOPBACK or reached_as not in _LOOPBACK
    if is_open and not is_https and not _flag(environment, "ALLOW_PLAIN_HTTP"):
        raise SettingsError(
            "Others could read the answers on their way. Set PUBLIC_URL to the https address that "
            "people open, or, on a closed test network only, set ALLOW_PLAIN_HTTP=yes."
        )
    if host in _ANY_ADDRESS and not url:
        raise SettingsError("Set PUBLIC_URL to the address that people open: HOST stands for every address.")
    return url


def _audit_anchor_file(environment: Mapping[str, str], data_dir: Path) -> Path:
    value = environment.get("AUDIT_ANCHOR_FILE", "").strip()
    if not value:
        return data_dir / "audit-anchors.jsonl"
    path = Path(value).expanduser().absolute()
    if path.is_dir() or not path.parent.is_dir():
        raise SettingsError(f"AUDIT_ANCHOR_FILE must name a file in a folder that exists, not {value!r}.")
    return path


def _trusted_proxies(environment: Mapping[str, str]) -> tuple[IPv4Network | IPv6Network, ...]:
    names = environment.get("TRUSTED_PROXIES", "").replace(",", " ").split()
    try:
        return tuple(ip_network(name) for name in names)
    except ValueError:
        raise SettingsError(
            "TRUSTED_PROXIES must be addresses or networks, such as 127.0.0.1 or 10.0.0.0/8."
        ) from None


def _whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or len(value) > _MOST_DIGITS:
        raise SettingsError(f"{name} must be a whole number, such as {default}, not {value!r}.")
    return int(value)


def _access_code(environment: Mapping[str, str]) -> str:
    value = environment.get("ACCESS_CODE", "").strip()
    if value and not _ACCESS_CODE.fullmatch(value):
        raise SettingsError("ACCESS_CODE must be 6 to 20 letters and digits, such as SPRING27.")
    return value.upper()


def _safeguards(environment: Mapping[str, str]) -> Safeguards:
    usual = Safeguards()
    return Safeguards(
        access_code=_access_code(environment),
        starts_per_source=_whole_number(environment, "STARTS_PER_SOURCE", usual.starts_per_source),
        submissions_per_source=_whole_number(
            environment, "SUBMISSIONS_PER_SOURCE", usual.submissions_per_source
        ),
        submissions_per_day=_whole_number(environment, "SUBMISSIONS_PER_DAY", usual.submissions_per_day),
        shortest_seconds=_whole_number(environment, "SHORTEST_SECONDS", usual.shortest_seconds),
        most_drafts=_whole_number(environment, "MOST_DRAFTS", usual.most_drafts),
    )


def _metrics(environment: Mapping[str, str]) -> MetricsSettings | None:
    """Nothing is counted without a token, and none is taken that could be guessed."""
    token = environment.get("METRICS_TOKEN", "").strip()
    folder = environment.get("METRICS_DIR", "").strip()
    if not token:
        return None
    if not folder:
        raise SettingsError("METRICS_TOKEN needs METRICS_DIR: a folder in memory, as /run/screener/counts.")
    if not _METRICS_TOKEN.fullmatch(token):
        raise SettingsError("METRICS_TOKEN must be 32 to 128 letters and digits. Draw it by chance.")
    return MetricsSettings(token, Path(folder).expanduser().absolute())


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    Raises:
        SettingsError: one is unsafe or unclear.
    """
    try:
        environment = with_secret_files(environment)
    except SecretFileError as problem:
        raise SettingsError(str(problem)) from None
    _flag(environment, "ALLOW_PLAIN_HTTP")  # an unclear value is refused even where it does not matter
    if _flag(environment, "FLASK_DEBUG"):
        raise SettingsError("FLASK_DEBUG shows program text to visitors. Unset it.")
    data_dir = Path(environment.get("DATA_DIR") or PROJECT / "instance").expanduser().absolute()
    host = environment.get("HOST", "127.0.0.1").strip() or "127.0.0.1"
    database_url = _database_url(environment, data_dir)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        host=host,
        port=_port(environment),
        public_url=_public_url(environment, host),
        country=_country(environment),
        timezone=_timezone(environment),
        clinic_name=environment.get("CLINIC_NAME", "").strip(),
        audit_anchor_file=_audit_anchor_file(environment, data_dir),
        trusted_proxies=_trusted_proxies(environment),
        database_owner_url=_database_owner_url(environment, database_url),
        is_shared_device=_flag(environment, "SHARED_DEVICE"),
        safeguards=_safeguards(environment),
        metrics=_metrics(environment),
    )
