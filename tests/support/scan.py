"""Lets two scanners of others, wapiti and sqlmap, loose on the product, and tells how far they came.

`python -m tests.support.scan FOLDER --wapiti PROGRAM --sqlmap PROGRAM` makes an installation in FOLDER,
serves it as `make run` does, scans it as each visitor of tests/support/scan_visitors.py, and writes all
reports into FOLDER. `--only NAME` takes one visitor and `--skip NAME` leaves one of the two programs out;
`--help` tells the rest.
Neither program belongs to the project: install each in an environment of its own.
It ends with an error if the server failed anywhere, if most requests of a scan came no further than a door,
or if the data is not whole afterwards. docs/scans.md tells what was found.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from app.application import create_app
from app.storage.store import open_store
from app.web.token_session import CSRF_FIELD
from config import load_settings
from tests.support.client import NAMES
from tests.support.scan_carrier import carrying
from tests.support.scan_visitors import (
    Reception,
    Target,
    Visitor,
    close_limits,
    is_outside,
    keep_sessions_fresh,
    kept,
    new_rows,
    open_limits,
    rows_of,
)
from tests.support.server import Server

AT_ONCE: Final = 2
SECONDS_A_TARGET: Final = 600
MODULES: Final = (
    *("crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "methods"),
    *("permanentxss", "redirect", "sql", "upload", "xss", "xxe"),
)
WAPITI: Final = (
    *("--max-scan-time", "60", "--max-parameters", "40", "-d", "1"),
    *("--flush-session", "--no-bugreport", "-f", "json", "-v", "1"),
)
# What cannot be put back in time: a deletion, answers that were handed in, and the end of a session.
NOT_CRAWLED: Final = ("/screening/submit", "/your-screening/delete", "/clinic/sign-out")
SQLMAP: Final = (
    *("--batch", "--flush-session", "--disable-coloring", "--drop-set-cookie", "--skip-waf", "--text-only"),
    *("--dbms=sqlite", "--level=2", "--risk=1", "--technique=BEUST", "--time-sec=2"),
    *("--ignore-code=*", "--ignore-redirects", "--timeout=30", "--retries=1"),
)
FOUND: Final = re.compile(
    r"identified the following injection point|is vulnerable|might be vulnerable|XSS|really sure"
)
DOORS: Final = frozenset({401, 403, 429})


@dataclass(frozen=True)
class Scan:
    """Where a scan runs and where it writes."""

    server: Server
    folder: Path
    programs: dict[str, str]
    seconds: int
    modules: str
    pages: list[str]
    left: list[str]

    @property
    def database(self) -> Path:
        return self.server.data_dir / "screening.db"

    def url(self, path: str) -> str:
        return f"http://localhost:{self.server.port}{path}"


def run(command: list[str], report: Path) -> str:
    """Run a scanner politely; what it printed."""
    done = subprocess.run(["nice", "-n", "10", *command], capture_output=True, text=True, check=False)
    report.write_text(done.stdout + done.stderr, "utf-8")
    return done.stdout


# --- the two programs ---------------------------------------------------------------------------------


def run_wapiti(scan: Scan, visitor: Visitor, targets: list[Target]) -> list[str]:
    """Crawl from every page of the visitor's app, and attack what was found; its findings."""
    report = scan.folder / f"wapiti-{visitor.name}.json"
    token = next((each.form[CSRF_FIELD][0] for each in targets if CSRF_FIELD in each.form), "")
    with carrying(scan.server.port, visitor.cookie, token) as port:
        where = _wapiti_places(f"http://localhost:{port}", visitor, targets, scan.left)
        how = ["--tasks", "1", "-m", scan.modules, "--skip", CSRF_FIELD, *WAPITI]
        how += ["--max-attack-time", str(scan.seconds), "--endpoint", f"http://localhost:{port}/"]
        kept_in = ["--store-session", str(report.with_suffix("")), "-o", str(report)]
        run([scan.programs["wapiti"], *where, *how, *kept_in], report.with_suffix(".log"))
    return list(wapiti_findings(report))


def _wapiti_places(origin: str, visitor: Visitor, targets: list[Target], left: list[str]) -> list[str]:
    """Where to begin, and what to leave out."""
    is_desk = visitor.surface == "clinic"
    opened = [each for each in targets if each.method == "GET" and not each.is_shut]
    starts = [part for each in opened for part in ("-s", origin + each.url)]
    shut = (*NOT_CRAWLED, *left, *(() if is_desk else ("/clinic/*",)))
    left_out = [part for path in shut for part in ("-x", origin + path)]
    return ["-u", f"{origin}/clinic/" if is_desk else f"{origin}/", *starts, *left_out]


def wapiti_findings(report: Path) -> Iterator[str]:
    """One line for each kind of finding at each address."""
    told = json.loads(report.read_text("utf-8"))
    for group in ("vulnerabilities", "anomalies", "additionals"):
        for kind, found in told[group].items():
            places = Counter(f"{each['method']} {each['path']} {each['info']}" for each in found)
            yield from (f"{kind}: {place} ({n})" for place, n in places.items())


def run_sqlmap(scan: Scan, visitor: Visitor, targets: list[Target]) -> list[str]:
    """Try every field and every part of a query, a few addresses at a time; its findings."""
    folder = scan.folder / f"sqlmap-{visitor.name}"
    folder.mkdir()
    commands = dict(enumerate([_cookie_command(scan, visitor), *_field_commands(scan, visitor, targets)]))

    def try_one(number: int) -> list[str]:
        report = folder / f"{number:03}.log"
        output = ["--output-dir", str(folder / f"{number:03}"), f"--time-limit={SECONDS_A_TARGET}"]
        printed = run([scan.programs["sqlmap"], *commands[number], *SQLMAP, *output], report)
        return [f"{report.name}: {line}" for line in printed.splitlines() if FOUND.search(line)]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [line for lines in threads.map(try_one, commands) for line in lines]


def _cookie_command(scan: Scan, visitor: Visitor) -> list[str]:
    """The token in the cookie, and the headers that a browser sends of itself."""
    return [
        "-u",
        scan.url(visitor.probe),
        "--cookie",
        visitor.cookie,
        "--level=3",
        "-p",
        ",".join((*NAMES, "user-agent", "referer", "host")),
    ]


def _field_commands(scan: Scan, visitor: Visitor, targets: list[Target]) -> Iterator[list[str]]:
    skipped = ",".join((CSRF_FIELD, *NAMES, "user-agent", "referer", "host"))
    for target in targets:
        if target.is_open:
            command = ["-u", scan.url(target.url), "--method", target.method, "--cookie", visitor.cookie]
            data = ["--data", urlencode(target.form, doseq=True)] if target.form else []
            yield [*command, *data, f"--skip={skipped}"]


# --- what the server says of it -----------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """The requests of one scan, as the server's own log counts them."""

    statuses: Counter[int]
    pages: Counter[str]

    @property
    def is_void(self) -> bool:
        """Whether most requests came no further than a door."""
        at_doors = sum(n for status, n in self.statuses.items() if status in DOORS)
        return at_doors * 2 > self.statuses.total() or not self.statuses


def read_reach(log: str) -> Reach:
    """Count what the log holds, one line of JSON a request."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith('{"app"')]
    return Reach(
        Counter(each["status"] for each in lines),
        Counter(f"{each['method']} {each['page']} {each['status']}" for each in lines),
    )


def faults_of(log: str) -> list[str]:
    """Lines that no scan may leave behind: answers of 500 and more, and words of a failure."""
    reach = read_reach(log)
    failed = [f"{n} answers of {status}" for status, n in reach.statuses.items() if status >= 500]
    lines = log.splitlines()
    return failed + [line for line in lines if '"level": "error"' in line or "Traceback" in line]


def whole_faults(scan: Scan) -> list[str]:
    """What is not as it should be in the data after all that."""
    with closing(sqlite3.connect(scan.database)) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    audit = scan.server.command("audit", "verify")
    print(f"integrity: {answer}; references: {len(broken)} broken; audit: {audit.stdout.strip()}")
    is_whole = answer == "ok" and not broken and audit.returncode == 0
    return [] if is_whole else [f"The data is not whole: {answer} {broken} {audit.stdout}{audit.stderr}"]


# --- the course of it ---------------------------------------------------------------------------------

RUNNERS: Final[dict[str, Callable[[Scan, Visitor, list[Target]], list[str]]]] = {
    "wapiti": run_wapiti,
    "sqlmap": run_sqlmap,
}


def scan_as(scan: Scan, reception: Reception, name: str, program: str) -> list[str]:
    """One program as one visitor: what is wrong with the scan or with the product's answers to it."""
    before = rows_of(scan.database)
    visitor = reception.visitors()[name](name)
    targets = [
        each for each in reception.targets(visitor) if each.endpoint in (scan.pages or [each.endpoint])
    ]
    assert visitor.open(visitor.probe).status == 200, f"{name} is not in"
    keep_sessions_fresh(scan.database)
    logged = len(scan.server.log())
    with kept(scan.database, new_rows(scan.database, before)):
        found = RUNNERS[program](scan, visitor, targets)
    log = scan.server.log()[logged:]
    reach = read_reach(log)
    tell(scan, f"{program} {name}", reach, found)
    is_void = reach.is_void and not is_outside(name)
    return faults_of(log) + ([f"{program} as {name} came no further than a door"] if is_void else [])


def tell(scan: Scan, title: str, reach: Reach, found: list[str]) -> None:
    """On the screen in short, and in the folder in full."""
    statuses = " ".join(f"{status}:{n}" for status, n in sorted(reach.statuses.items()))
    print(f"{title}: {reach.statuses.total()} requests ({statuses}), {len(found)} findings", flush=True)
    pages = [f"{n:7} {page}" for page, n in sorted(reach.pages.items())]
    text = "\n".join([title, statuses, *found, *pages])
    (scan.folder / f"{title.replace(' ', '-')}.txt").write_text(text, "utf-8")


def scan_all(scan: Scan, only: list[str], skip: list[str]) -> list[str]:
    """Everybody with both programs."""
    settings = load_settings(scan.server.environment())
    store = open_store(
        settings.database_url, settings.keyring_path, settings.policies_folder, settings.timezone
    )
    reception = Reception(scan.server, create_app(settings, store), store)
    open_limits(scan.database)
    faults = []
    learns = any(map(is_outside, only))  # who stands outside sends what others are shown
    for name, make in reception.visitors().items():
        if name in (only or [name]):
            for program in (each for each in RUNNERS if each not in skip):
                faults += scan_as(scan, reception, name, program)
        elif learns:
            reception.targets(make(name))
    close_limits(scan.database)
    return faults + whole_faults(scan)


@contextmanager
def serving(data_dir: Path) -> Iterator[Server]:
    """A server with examples, under a name: passkeys are made for no number."""
    with closing(Server(data_dir, workers=2)) as server:
        server.settings = {"PUBLIC_URL": f"http://localhost:{server.port}", "MOST_DRAFTS": "1000000"}
        for command in (["init"], ["seed-demo", "--count", "2"]):
            server.command(*command).check_returncode()
        server.start()
        yield server
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wapiti", default="wapiti")
    parser.add_argument("--sqlmap", default="sqlmap")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--page", action="append", default=[], help="one alone, such as clinic.queue")
    parser.add_argument("--leave", action="append", default=[], help="addresses not for wapiti, with *")
    parser.add_argument("--skip", action="append", default=[], choices=RUNNERS)
    parser.add_argument("--seconds", type=int, default=60, help="of wapiti for one kind of attack")
    parser.add_argument(
        "--modules", default=",".join(MODULES), help="of wapiti; sql:post attacks forms alone"
    )
    given = parser.parse_args()
    given.folder.mkdir(parents=True)
    with serving(given.folder / "data") as server:
        programs = {"wapiti": given.wapiti, "sqlmap": given.sqlmap}
        scan = Scan(server, given.folder, programs, given.seconds, given.modules, given.page, given.leave)
        faults = scan_all(scan, given.only, given.skip)
    print("\n".join(faults) or "No fault.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
