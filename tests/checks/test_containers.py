"""The container and the compose file that are shipped: what they hold, run and open."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from config import load_settings
from secret_files import SECRETS
from tests.support import deploy
from tests.support.databases import PostgresqlServer
from tests.support.deploy import DEPLOY
from tests.support.server import INHERITED, POLL_SECONDS, POLLS, ROOT, reserve_port
from tests.support.visitor import Visitor

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


@pytest.mark.requirement("OPS-03", part="the container holds what the program imports and no more")
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
    assert deploy.compose_environment("app")["TRUSTED_PROXIES"] == address
    inside = [
        each["networks"]["inside"]
        for each in deploy.compose()["services"].values()
        if "inside" in each["networks"]
    ]
    assert len({each["ipv4_address"] for each in inside}) == len(inside) == 2, "one would take the other's"
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
        environment = deploy.compose_environment(name)
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
