"""What is shipped to install the product says what the code says: settings, service and proxy."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import serving
from app.web.application import LARGEST_FILE_BYTES
from app.web.headers import LARGEST_HEADER_BYTES
from config import load_settings
from secret_files import SECRETS
from tests.support import deploy
from tests.support.deploy import DEPLOY
from tests.support.server import ROOT

ANALYZE = shutil.which("systemd-analyze")
UNITS = ("screener.service", "screener-night.service")
WORST_EXPOSURE = 15  # in tenths, as systemd-analyze counts: 0 is closed, 100 is open
OURS = {"PYTHONDONTWRITEBYTECODE"}  # python's own
IMPORTANT = {
    "PUBLIC_URL",
    "TRUSTED_PROXIES",
    "COUNTRY",
    "TIMEZONE",
    "CLINIC_NAME",
    "DATABASE_URL_FILE",
    "METRICS_TOKEN_FILE",
    "METRICS_DIR",
    "DATA_DIR",
    "HOST",
    "PORT",
}


def known_settings() -> set[str]:
    """Every name that config.py asks the environment for."""
    texts = {
        node.value
        for node in ast.walk(ast.parse((ROOT / "config.py").read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {text for text in texts if re.fullmatch(r"[A-Z]{4,}(_[A-Z]+)*", text)}
    return names | {f"{name}_FILE" for name in SECRETS}


# --- settings -------------------------------------------------------------------------------------

NAMED: dict[str, Callable[[], dict[str, str]]] = {
    "unit": lambda: deploy.unit_environment("screener.service"),
    "night": lambda: deploy.unit_environment("screener-night.service"),
    "example": deploy.example_environment,
    "image": deploy.image_environment,
    "compose app": lambda: deploy.compose_environment("app"),
    "compose init": lambda: deploy.compose_environment("init"),
}


@pytest.mark.parametrize("where", NAMED)
def test_every_setting_that_is_named_exists(where: str) -> None:
    named = set(NAMED[where]())
    assert named
    assert named <= known_settings() | OURS


def test_the_important_settings_are_named_for_both_ways() -> None:
    assert set(SECRETS) <= known_settings()
    assert known_settings() >= IMPORTANT
    by_systemd = deploy.unit_environment("screener.service") | deploy.example_environment()
    by_compose = deploy.image_environment() | deploy.compose_environment("app")
    assert set(by_systemd) >= IMPORTANT
    assert set(by_compose) >= IMPORTANT


def test_the_example_is_taken_as_it_is() -> None:
    unit, example = deploy.unit_environment("screener.service"), deploy.example_environment(with_offers=False)
    settings = load_settings(unit | example)
    assert settings.is_https
    assert settings.data_dir == Path("/var/lib/screener")
    assert settings.metrics is None


def test_a_shell_reads_the_example_as_systemd_does() -> None:
    script = f"set -a; . {shlex.quote(str(DEPLOY / 'screener.env.example'))}; env"
    said = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout
    read = dict(line.split("=", 1) for line in said.splitlines())
    assert read.items() >= deploy.example_environment(with_offers=False).items()


# --- the server is started in one way -------------------------------------------------------------


def options(text: str) -> list[str]:
    """How granian is started, but for where it listens and its python."""
    words = shlex.split(text.replace("\\\n", " ").replace('\\"', '"'))
    begin = words.index("granian")
    return [word for word in words[begin:] if not re.fullmatch(r"\$\{?(HOST|PORT)\}?", word)]


def test_all_start_the_same_server() -> None:
    script = next(
        part
        for part in (ROOT / "scripts" / "serve.sh").read_text().split("\nexec ")
        if "granian" in part[:60]
    )
    usual = options(script)
    assert usual[-1] == "serving:app"
    assert options(deploy.unit("screener.service")["ExecStart"][0]) == usual
    assert options(deploy.image_command()[-1]) == usual


# --- systemd --------------------------------------------------------------------------------------


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units for a product that is installed in the folder of this test."""
    for path in DEPLOY.glob("screener*.[st][ei]*"):
        text = path.read_text("utf-8").replace("/opt/screener/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text.replace("/opt/screener", str(ROOT)))
    return tmp_path


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd on this machine")
def test_systemd_takes_the_units_without_a_word(units: Path) -> None:
    names = [str(units / name) for name in (*UNITS, "screener-night.timer")]
    done = subprocess.run(
        [ANALYZE or "", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in done.stderr.splitlines() if "screener" in line]
    assert (done.returncode, about_ours) == (0, [])


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd on this machine")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_calls_the_units_closed(name: str) -> None:
    command = [
        ANALYZE or "",
        "security",
        "--offline=true",
        f"--threshold={WORST_EXPOSURE}",
        str(DEPLOY / name),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def test_the_service_has_a_user_and_folders_of_its_own() -> None:
    unit = deploy.unit("screener.service")
    expected = {
        "User": "screener",
        "StateDirectory": "screener",
        "StateDirectoryMode": "0700",
        "RuntimeDirectoryMode": "0700",
        "UMask": "0077",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "EnvironmentFile": "/etc/screener/screener.env",
    }
    assert {name: unit[name][0] for name in expected} == expected
    folders = deploy.unit_environment("screener.service")
    assert folders["DATA_DIR"] == "/var/lib/" + unit["StateDirectory"][0]
    assert folders["METRICS_DIR"].startswith(f"/run/{unit['RuntimeDirectory'][0]}/")


# --- the proxy ------------------------------------------------------------------------------------


def test_the_limits_of_the_proxy_are_those_of_the_code() -> None:
    assert [deploy.in_bytes(each) for each in deploy.nginx_values("client_max_body_size")] == [
        LARGEST_FILE_BYTES
    ]
    assert deploy.nginx_values("client_body_buffer_size") == deploy.nginx_values("client_max_body_size")
    assert deploy.nginx_values("proxy_max_temp_file_size") == ["0"]
    assert deploy.nginx_values("client_body_timeout") == [f"{serving.BODY_SECONDS:.0f}s"]
    assert deploy.nginx_values("send_timeout") == [f"{serving.CHUNK_SECONDS:.0f}s"]
    (buffers,) = deploy.nginx_values("large_client_header_buffers")
    assert deploy.in_bytes(buffers.split()[1]) >= LARGEST_HEADER_BYTES, "else the product could not say why"


def test_the_proxy_says_one_thing_about_the_visitor_and_passes_no_claim() -> None:
    passed = dict(value.split(" ", 1) for value in deploy.nginx_values("proxy_set_header"))
    told = {name: value for name, value in passed.items() if value != '""'}
    assert told == {"Host": "$http_host", "X-Forwarded-For": "$remote_addr"}
    assert {"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"} <= set(passed)


def test_the_proxy_logs_nobody() -> None:
    (line,) = deploy.nginx_values("log_format")
    assert set(re.findall(r"\$\w+", line)) == {
        "$time_iso8601",
        "$status",
        "$request_time",
        "$upstream_response_time",
        "$bytes_sent",
    }
    assert {each.split()[-1] for each in deploy.nginx_values("access_log")} == {"off", "screener"}
    assert {each.split()[-1] for each in deploy.nginx_values("error_log")} == {"emerg"}
