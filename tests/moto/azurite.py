"""Azurite, Microsoft's emulator of storage accounts, with the authority that its tokens come from.

Azurite checks what a token says and not who signed it, so the authority here makes tokens of its own.
"""

import base64
import datetime
import ipaddress
import json
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import judges

PATIENCE = 30
ACCOUNT = "devstoreaccount1"
TENANT = "0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01"
VERSION = "2021-12-02"


def program():
    """The path of Azurite's service of queues; None when there is none."""
    return judges.find_npm_program("azurite-queue", "AZURITE_QUEUE")


def token():
    """Makes a token for storage that says what Azurite looks for."""
    now = int(time.time())
    claims = {
        "aud": "https://storage.azure.com",
        "iss": f"https://sts.windows.net/{TENANT}/",
        "tid": TENANT,
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
    }
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, "c2lnbmF0dXJl"])


class Authority(ThreadingHTTPServer):
    """Gives a token to everyone who asks."""

    daemon_threads = True

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = {"token_type": "Bearer", "expires_in": 3600, "access_token": token()}
                body = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


def certificate(folder):
    """Makes a certificate of 127.0.0.1 that signs itself; returns its files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "azurite")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "azurite.pem", folder / "azurite.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, secret


class Azurite:
    """A running queue service, on a free port of loopback."""

    def __init__(self, folder):
        self.cert, key = certificate(folder)
        self.authority = Authority()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"https://127.0.0.1:{port}/{ACCOUNT}"
        self.context = ssl.create_default_context(cafile=self.cert)
        places = ("--queueHost", "127.0.0.1", "--queuePort", str(port), "--location", str(folder / "data"))
        trust = ("--cert", str(self.cert), "--key", str(key), "--oauth", "basic")
        command = [program(), *places, *trust, "--skipApiVersionCheck", "--silent"]
        self.log = (folder / "azurite.log").open("wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=folder)
        self._wait(folder / "azurite.log")

    def _wait(self, log):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.ask("GET", "?comp=list")
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"Azurite did not start: {log.read_text()[-2000:]}")

    def stop(self):
        """Ends the server and the authority."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.authority.shutdown()
        self.log.close()

    def environ(self):
        """The variables that sign netcensus in to it."""
        return {
            "AZURE_AUTHORITY_HOST": self.authority.url,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": "e15fb64a-0562-4464-a1c8-3627434754ab",
            "AZURE_CLIENT_SECRET": "not-a-real-secret",
            "SSL_CERT_FILE": str(self.cert),
        }

    def ask(self, method, path, body=None):
        """Sends a request, and returns the XML of the answer."""
        request = urllib.request.Request(self.url + path, data=body, method=method)
        request.add_header("Authorization", f"Bearer {token()}")
        request.add_header("x-ms-version", VERSION)
        if body is not None:
            request.add_header("Content-Type", "application/xml")
        with urllib.request.urlopen(request, timeout=PATIENCE, context=self.context) as answer:
            text = answer.read()
        return ElementTree.fromstring(text) if text else None

    def make_queue(self, name):
        """Makes a queue; returns the flag's value that names it."""
        self.ask("PUT", f"/{name}", b"")
        return f"azure:{self.url}/{name}"

    def send(self, queue, text):
        """Puts a message into a queue, as Event Grid does."""
        coded = base64.b64encode(text.encode()).decode()
        body = f"<QueueMessage><MessageText>{escape(coded)}</MessageText></QueueMessage>"
        self.ask("POST", f"/{queue}/messages", body.encode())

    def visible(self, queue):
        """Counts the messages that a receiver would get, without taking them."""
        return len(self.ask("GET", f"/{queue}/messages?peekonly=true&numofmessages=32"))
