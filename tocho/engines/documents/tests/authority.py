"""A real timestamp authority for the tests: openssl behind a small HTTP server."""

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """[tsa]
serial = serial
signer_digest = sha256
digests = sha256
default_policy = 1.2.3.4.1
"""


@contextmanager
def timestamp_authority(folder: Path, *, broken: bool = False) -> Iterator[str]:
    """Serve timestamps at the yielded URL; its certificate is ``folder/tsa.pem``. ``broken`` answers with 500."""
    _make(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(500 if broken else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(b"" if broken else _reply(folder, query))

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _reply(folder: Path, query: bytes) -> bytes:
    (folder / "query").write_bytes(query)
    files = ["-config", "tsa.conf", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply"]
    command = ["openssl", "ts", "-reply", "-section", "tsa", *files]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "reply").read_bytes()


def _make(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "timestamp authority of the tests")])
    today = dt.datetime.now(dt.UTC)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.not_valid_before(today - dt.timedelta(days=1)).not_valid_after(today + dt.timedelta(days=3650))
    builder = builder.serial_number(1).add_extension(usage, critical=True)
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(encoding))
    (folder / "tsa.key").write_bytes(private)
    (folder / "tsa.conf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
