"""Tokens and keys of registries reach neither messages nor files, whatever a server sends back and with all that `-vv` logs."""

import base64
import json
import os
import shutil
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import test_dns
import test_sync
from test_sync import dynamodb, table  # noqa: F401
from test_watch_queues import Queue, aws, watches  # noqa: F401

TOKENS = {
    "version 1": "q7Rk2ZtVb91XcLmNp04sHdYwGa8EuFjT6iOoK3Pr",
    "hexadecimal": "0123456789abcdef0123456789abcdef01234567",
    "version 2": "nbt_Kd83hfG2pQ1x.Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFi",
}
FILES = "json=report.json,ndjson=report.ndjson,markdown=report.md,sarif=report.sarif"


def forms(secret):
    """Lists how a secret may be written."""
    raw = secret.encode()
    # Messages are cut.
    yield from (secret, secret[:16], urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret), raw.hex())
    yield base64.b64encode(raw).decode().rstrip("=")[:-1]
    try:
        yield base64.b64decode(secret, validate=True).hex()
    except ValueError:
        pass


def find(secret, home, said, known=()):
    """Lists where a secret is: on a stream, or in a file that is not `known` to have it."""
    texts = {name: text.encode() for name, text in said.items()}
    for path in home.path.rglob("*"):
        if path.is_file() and path not in known:
            texts[str(path.relative_to(home.path))] = path.read_bytes()
    assert any(texts.values()), "nothing was said at all"
    return [(name, form) for name, text in texts.items() for form in forms(secret) if len(form) > 8 and form.encode() in text]


def run(home, *args, secrets, known=(), env=None):
    """Runs with all that can be logged, and finds no secret anywhere. Returns what was said."""
    (home.path / "tmp").mkdir(exist_ok=True)
    env = {"TMPDIR": str(home.path / "tmp"), "XDG_STATE_HOME": str(home.path / "state"), **(env or {})}
    done = home.run(*args, "-vv", env=env)
    assert "panicked" not in done.err
    for secret in secrets:
        assert find(secret, home, {"stdout": done.out, "stderr": done.err}, known) == []
    return done


class Echo:
    """Passes for a NetBox until `fails_at`, and then sends back what it was sent in some way."""

    def __init__(self, way, fails_at="status/"):
        echo = self
        self.tokens = set()

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                token = self.headers.get("Authorization", "")
                echo.tokens.add(token.partition(" ")[2])
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                status, kind, body, more = 200, "application/json", "", {}
                path = self.path.split("/api/")[-1].split("?")[0]
                if path != fails_at and self.command == "GET":
                    page = {"netbox-version": "4.7.3", "count": 0, "results": [], "next": None}
                    body = json.dumps(page)
                elif way == "closes":
                    self.close_connection = True
                    return
                elif way == "redirects":
                    status, more = 302, {"Location": f"https://127.0.0.1/?token={token}"}
                elif way == "page":
                    status, kind, body, more = 502, "text/html", f"<html>{token}</html>", {"Retry-After": "0"}
                elif way == "version":
                    body = json.dumps({"netbox-version": f"3.1-{token}"})
                elif way == "no JSON":
                    kind, body = "text/plain", f"you sent {token}"
                else:
                    status = int(way)
                    bare = token.partition(" ")[2]
                    body = json.dumps({"detail": f"sent {token}", "errors": [{"x": [bare, bare[:20], urllib.parse.quote(bare)]}]})
                    more = {"Retry-After": "3600"} if status == 429 else {}
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def echoes():
    """Makes servers that send back what they were sent, and stops them."""
    made = []

    def make(*args):
        made.append(Echo(*args))
        return made[-1]

    yield make
    for echo in made:
        echo.stop()


def configure(home, url, token, in_file):
    """Writes a registry; returns the files that have the token, and the environment."""
    source = 'token-file = "netbox.token"' if in_file else 'token-env = "IPAM_PASSPHRASE"'
    home.write("netcensus.toml", f'[sync.ipam]\ntype = "netbox"\nurl = "{url}"\n{source}\n')
    home.write("inventory.json", json.dumps(test_sync.inventory([test_sync.vpc(1)])))
    if in_file:
        return [home.write("netbox.token", token + "\n", mode=0o600)], {}
    return [], {"IPAM_PASSPHRASE": token}


WAYS = ["401", "403", "400", "500", "429", "redirects", "page", "version", "no JSON", "closes"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_that_netbox_sends_back_is_not_shown(home, echoes, kind, way):
    token = TOKENS[kind]
    for in_file in (False, True):
        echo = echoes(way)
        known, env = configure(home, echo.url, token, in_file)
        args = ("sync", "--from", "inventory.json", "-o", f"table,{FILES}")
        done = run(home, *args, secrets=[token], known=known, env=env)
        assert done.code == 2 and echo.tokens == {token}, "it was sent"
        if way.isdigit() or way == "version":
            assert "[redacted]" in done.out + done.err


@pytest.mark.parametrize("path", ["extras/custom-fields/", "extras/tags/", "ipam/vrfs/"])
def test_a_token_that_is_sent_back_later_is_not_shown(home, echoes, path):
    token = TOKENS["version 1"]
    echo = echoes("400", path)
    known, env = configure(home, echo.url, token, False)
    args = ("sync", "--from", "inventory.json", "--init", "--apply", "-o", f"table,{FILES}")
    assert run(home, *args, secrets=[token], known=known, env=env).code == 2


def test_a_token_is_in_no_settings(home):
    known, env = configure(home, "http://127.0.0.1:9", TOKENS["version 1"], True)
    for args in (("config", "show"), ("config", "check"), ("sync", "--sandbox")):
        run(home, *args, secrets=[TOKENS["version 1"]], known=known, env=env)


@pytest.mark.parametrize("kind", TOKENS)
@pytest.mark.parametrize("key", ["token", "token-env", "token-file"])
def test_a_token_that_is_in_the_place_of_its_name_is_not_repeated(home, key, kind):
    configure(home, "http://127.0.0.1:9", "", False)
    text = (home.path / "netcensus.toml").read_text().replace("token-env", key).replace("IPAM_PASSPHRASE", TOKENS[kind])
    known = [home.write("netcensus.toml", text)]
    done = run(home, "sync", "--from", "inventory.json", secrets=[TOKENS[kind]], known=known)
    assert done.code == 2 and key in done.err


def test_a_watch_does_not_show_a_token_that_is_sent_back(moto, home, watches, echoes):
    token, queue = TOKENS["version 2"], Queue(moto, "secrets")
    echo = echoes("403", "extras/tags/")
    configure(home, echo.url, token, False)
    env = {**aws(moto), "IPAM_PASSPHRASE": token}
    watch = watches(*queue.flags, "--sync", "ipam", "--sync-every", "1s", "--serve", "127.0.0.1:0", "-vv", env=env)
    watch.until(lambda: "ipam" in watch.said() and "403" in watch.said())
    said = {"stderr": watch.said(), "stdout": json.dumps(watch.lines), "metrics": watch.metrics()}
    for secret in (token, env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"]):
        assert find(secret, home, said) == []
    watch.stop()


KEYS = {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEXAMPLE/////wEaCWV1LXdlc3QtMSJHMEUCIQ=="}


def test_keys_of_aws_are_not_shown(table, relays):
    args = table.args(test_sync.inventory([test_sync.vpc(1), test_sync.vpc(2)]), "--apply")
    env = {**table.env, **KEYS}
    assert run(table.home, *args, secrets=KEYS.values(), env=env).code == 0
    for kind in ("AccessDeniedException", "ValidationException", "UnrecognizedClientException", "Unheard"):
        answer = {"__type": f"com.amazonaws#{kind}", "message": "sent " + " and ".join(KEYS.values())}
        relay = relays(table.env["AWS_ENDPOINT_URL_DYNAMODB"], answer=lambda *_: (400, "application/x-amz-json-1.0", json.dumps(answer).encode()))
        done = run(table.home, *args, secrets=KEYS.values(), env={**env, "AWS_ENDPOINT_URL_DYNAMODB": relay.url})
        assert done.code == 2 and "[redacted]" in done.err
    profile = f"[profile writer]\naws_access_key_id = AKIATEST\naws_secret_access_key = {KEYS['AWS_SECRET_ACCESS_KEY']}\n"
    table.home.write_config(profile)
    text = (table.home.path / "netcensus.toml").read_text().replace("[sync.other]", 'profile = "writer"\n[sync.other]')
    table.home.write("netcensus.toml", text)
    plain = {"AWS_ENDPOINT_URL_DYNAMODB": relay.url}
    done = run(table.home, *args, secrets=KEYS.values(), known=[table.home.config], env=plain)
    assert done.code == 2


needs_bind = pytest.mark.skipif(None in (test_dns.NAMED, test_dns.KEYGEN, shutil.which("nsupdate")), reason="BIND is not installed (Debian's packages bind9, bind9-dnsutils)")
bind, names = test_dns.bind, test_dns.names


@needs_bind
def test_keys_of_dns_are_not_shown(names, bind):
    machines = [test_dns.machine(1), test_dns.machine(2, "api", ips=("10.0.0.5",))]
    names.home.write("inventory.json", json.dumps(test_dns.inventory(machines)))
    text = (bind.folder / "netcensus.key").read_text()
    secret = text.split('"')[3]
    other = base64.b64encode(os.urandom(32)).decode()
    (bind.folder / "wrong.key").write_text(text.replace(secret, other))
    (bind.folder / "cut.key").write_text(text.replace(secret, other[:-3] + "!"))
    (bind.folder / "bare.key").write_text(other)
    args = ("sync", "names", "--from", "inventory.json", "--apply", "--max-delete", "100%", "-o", f"table,{FILES}")
    for key, code in (("netcensus.key", 0), ("wrong.key", 2), ("cut.key", 2), ("bare.key", 2)):
        names.configure(key=key)
        assert run(names.home, *args, secrets=[secret, other, other[:-3]]).code == code
    text = (names.home.path / "netcensus.toml").read_text()
    by_variable = text.replace(f'key-file = "{bind.folder / "bare.key"}"', 'key-name = "netcensus"\nkey-env = "DNS_KEY"')
    names.home.write("netcensus.toml", by_variable)
    assert run(names.home, *args, secrets=[secret], env={"DNS_KEY": secret}).code == 0
    pasted = by_variable.replace("DNS_KEY", other)
    for pasted in (pasted, pasted.replace("key-env", "key-file")):
        known = [names.home.write("netcensus.toml", pasted)]
        assert run(names.home, *args, secrets=[other], known=known).code == 2
    bind.stop()
    names.configure()
    assert run(names.home, *args, secrets=[secret]).code == 2
