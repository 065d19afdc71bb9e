"""What is shipped to install the product: service, container, compose file. Each says what the code says."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

import serving
from app.web.application import LARGEST_FILE_BYTES
from app.web.headers import LARGEST_HEADER_BYTES
from config import load_settings
from secret_files import SECRETS
from tests.support import deploy
from tests.support.databases import PostgresqlServer
from tests.support.deploy import DEPLOY
from tests.support.server import INHERITED, POLL_SECONDS, POLLS, ROOT, reserve_port
from tests.support.visitor import Visitor

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


def compose_environment(service: str) -> dict[str, str]:
    found: dict[str, str] = deploy.compose()["services"][service]["environment"]
    return found


# --- settings -------------------------------------------------------------------------------------

NAMED: dict[str, Callable[[], dict[str, str]]] = {
    "unit": lambda: deploy.unit_environment("screener.service"),
    "night": lambda: deploy.unit_environment("screener-night.service"),
    "example": deploy.example_environment,
    "image": deploy.image_environment,
    "compose app": lambda: compose_environment("app"),
    "compose init": lambda: compose_environment("init"),
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
    by_compose = deploy.image_environment() | compose_environment("app")
    assert set(by_systemd) >= IMPORTANT
    assert set(by_compose) >= IMPORTANT


def test_the_example_is_taken_as_it_is() -> None:
    unit, example = deploy.unit_environment("screener.service"), deploy.example_environment(with_offers=False)
    settings = load_settings(unit | example)
    assert settings.is_https
    assert settings.data_dir == Path("/var/lib/screener")
    assert settings.metrics is None


@pytest.mark.skipif(os.name != "posix", reason="a shell reads it")
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


# --- the container --------------------------------------------------------------------------------


def top_level_imports() -> set[str]:
    """What the program imports of its own top folder, from everything it imports."""
    own = {path.stem for path in ROOT.glob("*.py")} | {
        path.parent.name for path in ROOT.glob("*/__init__.py")
    }
    seen: set[str] = set()
    waiting = {"serving", "wsgi"}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        file = ROOT / f"{name}.py"
        for path in [file] if file.is_file() else (ROOT / name).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                waiting |= ({each.partition(".")[0] for each in names} & own) - seen
    return seen


def test_the_container_holds_what_the_program_imports_and_no_more() -> None:
    names = {name for group, _ in deploy.copied() for name in group}
    imported = {name if (ROOT / name).is_dir() else f"{name}.py" for name in top_level_imports()}
    assert names == imported | {"migrations", "pyproject.toml", "LICENSE"}
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert allowed == names | {"requirements.txt"}


def test_the_container_runs_as_nobody_and_holds_no_secret() -> None:
    words = dict(deploy.last_stage())
    assert words["USER"] == "10001:10001"
    assert not {name.removesuffix("_FILE") for name in deploy.image_environment()} & set(SECRETS)
    install = " ".join(rest for word, rest in deploy.instructions() if word == "RUN")
    assert "--require-hashes" in install
    assert "--no-deps" in install


def becomes_healthy(server: subprocess.Popen[bytes], is_healthy: Callable[[], bool]) -> bool:
    for _ in range(POLLS):
        if is_healthy():
            return True
        with suppress(subprocess.TimeoutExpired):
            server.wait(POLL_SECONDS)
            return False
    return False


@pytest.mark.slow
def test_what_the_container_holds_runs_and_its_health_is_seen(tmp_path: Path) -> None:
    """Its files, its environment and its command, without the container around them."""
    image, data = tmp_path / "app", tmp_path / "data"
    image.mkdir()
    deploy.build_folder(image)
    (image / ".venv").symlink_to(ROOT / ".venv")
    with closing(reserve_port()) as reserved:
        port = str(reserved.getsockname()[1])
        own = {"DATA_DIR": str(data), "HOST": "127.0.0.1", "PORT": port}
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment = kept | deploy.image_environment() | own

        def run(command: list[str]) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command, cwd=image, env=environment, capture_output=True, text=True, check=False
            )

        made = run(deploy.compose()["services"]["init"]["command"])
        assert made.returncode == 0, made.stderr
        assert run(deploy.health_command()).returncode != 0
        server = subprocess.Popen(deploy.image_command(), cwd=image, env=environment)
        try:
            assert becomes_healthy(server, lambda: run(deploy.health_command()).returncode == 0)
            page = Visitor(f"http://127.0.0.1:{port}").open("/", headers={"Accept-Language": "es"})
            assert 'lang="es"' in page.body
        finally:
            server.terminate()
            server.wait(20)
    assert server.returncode == 0
    assert {path.stat().st_mode & 0o077 for path in [data, *data.iterdir()]} == {0}


# --- compose --------------------------------------------------------------------------------------


def test_only_the_proxy_is_published() -> None:
    file = deploy.compose()
    published = {name for name, each in file["services"].items() if each.get("ports")}
    assert published == {"proxy"}
    assert not [name for name, each in file["services"].items() if each.get("network_mode")]
    outside = {name for name, each in file["networks"].items() if not (each or {}).get("internal")}
    assert outside == {"outside"}
    reaching = {name for name, each in file["services"].items() if outside & set(each["networks"])}
    assert reaching == {"proxy"}
    assert set(file["services"]["database"]["networks"]) == {"data"}


def test_the_proxy_is_the_one_that_is_believed() -> None:
    address = deploy.compose()["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    assert compose_environment("app")["TRUSTED_PROXIES"] == address
    upstream = (DEPLOY / "nginx-upstream.conf").read_text("utf-8")
    assert upstream == f"server app:{deploy.image_environment()['PORT']};\n"


def test_secrets_come_as_files_and_each_service_gets_its_own() -> None:
    file = deploy.compose()
    given = {name: set(each.get("secrets", [])) for name, each in file["services"].items()}
    assert given["app"] == {"app-url", "metrics-token"}
    assert given["init"] == {"app-url", "owner-url"}
    assert given["proxy"] == set()
    assert set().union(*given.values()) == set(file["secrets"])
    for name in ("app", "init"):
        environment = compose_environment(name)
        assert not set(environment) & set(SECRETS)
        files = {value for key, value in environment.items() if key.removesuffix("_FILE") in SECRETS}
        assert files == {f"/run/secrets/{secret}" for secret in given[name]}


def test_every_service_that_stays_is_watched_and_comes_back() -> None:
    for name, each in deploy.compose()["services"].items():
        assert "no-new-privileges:true" in each["security_opt"], name
        if name != "init":
            assert each["healthcheck"]["test"][0] == "CMD", name
            assert each["restart"] == "unless-stopped", name
    for name in ("app", "init", "proxy"):
        assert deploy.compose()["services"][name]["read_only"] is True
        assert deploy.compose()["services"][name]["cap_drop"] == ["ALL"]


def test_secrets_are_drawn_once(tmp_path: Path) -> None:
    command = ["sh", str(DEPLOY / "make-secrets.sh"), str(tmp_path / "secrets")]
    subprocess.run(command, check=True, capture_output=True)
    found = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(found) == set(deploy.compose()["secrets"])
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert len(set(found.values())) == len(found)
    settings = load_settings(
        {
            "DATABASE_URL": found["app-url"],
            "DATABASE_OWNER_URL": found["owner-url"],
            "METRICS_TOKEN": found["metrics-token"],
            "METRICS_DIR": "/run/screener/counts",
        }
    )
    assert settings.metrics
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == found


@pytest.mark.postgresql
def test_the_users_of_the_database_are_made_and_do_what_they_are_for(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    """The script in a real PostgreSQL, then `init` as the owner, then the product as its own user."""
    secrets = tmp_path / "secrets"
    subprocess.run(["sh", str(DEPLOY / "make-secrets.sh"), str(secrets)], check=True, capture_output=True)
    with postgresql.made_by(DEPLOY / "make-database-users.sh", secrets) as address:
        urls = {
            f"{name}_FILE": secrets / file
            for name, file in (("DATABASE_URL", "app-url"), ("DATABASE_OWNER_URL", "owner-url"))
        }
        for file in urls.values():
            url = file.read_text()
            file.chmod(0o600)
            file.write_text(url.replace("@database/screener", f"@/screener?{address}"))
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment = kept | {name: str(file) for name, file in urls.items()}
        made = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "init"],
            cwd=ROOT,
            env=environment | {"DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        with psycopg.connect(urls["DATABASE_URL_FILE"].read_text(), autocommit=True) as connection:
            connection.execute("SELECT count(*) FROM screenings")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DROP TABLE screenings")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE own (id integer)")


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
