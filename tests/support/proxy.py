"""A real nginx with the shipped settings, in front of the real server."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.server import HOST, POLL_SECONDS, POLLS, ROOT, reserve_port
from tests.support.visitor import Visitor

SHIPPED = ROOT / "deploy" / "nginx.conf"
# What a package of nginx brings around the shipped file. Temporary files would be seen in its folder.
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/started.log;
events {{}}
http {{
    client_body_temp_path {folder}/temporary;
    proxy_temp_path {folder}/temporary;
    fastcgi_temp_path {folder}/temporary;
    uwsgi_temp_path {folder}/temporary;
    scgi_temp_path {folder}/temporary;
    gzip on;
    access_log {folder}/usual.log;
    include {folder}/screener.conf;
}}
"""


def find_nginx() -> str | None:
    """Where it is: not every path of a person has the programs of the system."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@dataclass
class Proxy:
    """One nginx with its files in a folder of its own."""

    folder: Path
    reserved: tuple[socket.socket, socket.socket]

    @property
    def port(self) -> int:
        return int(self.reserved[0].getsockname()[1])

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def plain_port(self) -> int:
        return int(self.reserved[1].getsockname()[1])

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "fullchain.pem"

    def visitor(self, address: str = HOST) -> Visitor:
        return Visitor(self.origin, self.certificate, address)

    def log(self) -> str:
        """Everything that it has written anywhere."""
        return "".join(path.read_text("utf-8", "replace") for path in self.folder.glob("*.log"))

    def exchange(self, data: bytes) -> bytes:
        """What comes back for these bytes until the proxy closes."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with (
            socket.create_connection((HOST, self.port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=HOST) as connection,
        ):
            return _sent_and_received(connection, data)

    def exchange_plainly(self, data: bytes) -> bytes:
        """The same without TLS."""
        with socket.create_connection((HOST, self.plain_port), timeout=10) as connection:
            return _sent_and_received(connection, data)

    def prepare(self, upstream_port: int) -> None:
        """The shipped file with the addresses and paths of this test, and what it needs beside it."""
        (self.folder / "temporary").mkdir()
        (self.folder / "upstream.conf").write_text(f"server {HOST}:{upstream_port};\n")
        (self.folder / "tls").mkdir()
        _make_certificate(self.folder / "tls")
        text = re.sub(r"\n *listen \[::\][^\n]*", "", SHIPPED.read_text("utf-8"))
        text = text.replace("listen 443 ssl", f"listen {HOST}:{self.port} reuseport ssl")
        text = text.replace("listen 80;", f"listen {HOST}:{self.plain_port} reuseport;")
        text = text.replace("/etc/nginx/screener", str(self.folder))
        text = text.replace("/var/log/nginx", str(self.folder))
        text = text.replace("error_log stderr", f"error_log {self.folder}/error.log")
        (self.folder / "screener.conf").write_text(text)
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder))

    def command(self) -> list[str]:
        program = find_nginx()
        assert program
        return [program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]


def _sent_and_received(connection: socket.socket, data: bytes) -> bytes:
    connection.sendall(data)
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


def _make_certificate(folder: Path) -> None:
    """One for this machine alone, which signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "screener test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(secret)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True


@contextmanager
def reserved_proxy(folder: Path) -> Iterator[Proxy]:
    """A proxy whose address is known before it runs, so that the product can be told of it."""
    folder.mkdir()
    sockets = (reserve_port(), reserve_port())
    try:
        yield Proxy(folder, sockets)
    finally:
        for each in sockets:
            each.close()


@contextmanager
def running(proxy: Proxy, upstream_port: int) -> Iterator[None]:
    """Runs it until the end."""
    proxy.prepare(upstream_port)
    process = subprocess.Popen(proxy.command(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(POLLS):
            if _accepts(proxy.port):
                break
            try:
                process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError(f"nginx did not start:\n{proxy.log()}")
        yield
    finally:
        process.terminate()
        process.wait(10)
