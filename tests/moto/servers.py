"""The servers that tests talk to: moto, the sandbox, and a relay that stands between."""

import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
from botocore.config import Config

from netcensus import BINARY

PATIENCE = 30
ROLE = "netcensus"


class Moto:
    """A moto server on a free port of loopback."""

    def __init__(self, log, serial=False, **settings):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # Loading the two thousand default images for every account and region takes longer than the tests.
        env = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false", **settings}
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        if serial:
            command = [sys.executable, str(Path(__file__).with_name("serial_moto.py")), str(port)]
        self.log = log.open("wb")
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=self.log)
        self._sessions = {}
        self._wait(log)

    def _wait(self, log):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/moto-api/", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"moto did not start: {log.read_text()[-2000:]}")

    def stop(self):
        """Ends the server."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def client(self, service, account, region="us-east-1"):
        """Makes a boto3 client in an account, through a role: moto makes accounts as they are named."""
        if account not in self._sessions:
            sts = client(self.url, "sts", "AKIAROOT", "secret")
            arn = f"arn:aws:iam::{account}:role/{ROLE}"
            self._sessions[account] = sts.assume_role(RoleArn=arn, RoleSessionName="seed")["Credentials"]
        given = self._sessions[account]
        return client(
            self.url, service, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region
        )

    def check_permissions(self, on):
        """Has moto verify signatures and IAM policies from now on, or no longer."""
        body = b"0" if on else b"inf"
        request = urllib.request.Request(f"{self.url}/moto-api/reset-auth", data=body, method="POST")
        request.add_header("Content-Type", "text/plain")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            answer.read()


def client(url, service, key, secret, token=None, region="us-east-1", **named):
    """Makes a boto3 client from keys alone."""
    session = boto3.Session(
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, region_name=region
    )
    config = Config(retries={"total_max_attempts": 1}, **named.pop("config", {}))
    return session.client(service, endpoint_url=url, config=config, **named)


class Dynalite:
    """A dynalite server on a free port of loopback: DynamoDB by another hand, which refuses what AWS refuses."""

    def __init__(self, program, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = log.open("wb")
        command = [program, "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"dynalite did not start: {log.read_text()[-2000:]}")

    stop = Moto.stop


class Sandbox:
    """A running `netcensus sandbox`, and the environment it says to use: `env` for AWS, `azure_env` for Azure.

    Apart, since netcensus does not learn from the environment where Azure's resource manager is: with both it would
    take the sandbox's credentials to Microsoft's.
    """

    def __init__(self, home, *args):
        self.home = home
        self.config = home.path / "sandbox-config"
        command = [BINARY, "sandbox", "--config-file", str(self.config), *args]
        self.process = subprocess.Popen(
            command,
            env=home.environ(),
            cwd=home.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        both = self._environment()
        of_azure = ("AZURE_", "NETCENSUS_CONFIG", "SANDBOX_AZURE_")
        self.azure_env = {name: value for name, value in both.items() if name.startswith(of_azure)}
        self.env = {name: value for name, value in both.items() if name not in self.azure_env}
        self.url = self.env["AWS_ENDPOINT_URL"]

    def _environment(self):
        env = {}
        # The configuration file is named last. A sandbox that hangs here is ended by the test's time-out.
        while "AWS_CONFIG_FILE" not in env:
            line = self.process.stdout.readline()
            if not line:
                self.process.kill()
                raise RuntimeError(f"the sandbox did not start: {self.process.stderr.read()}")
            words = shlex.split(line)
            assert words[0] == "export" and len(words) == 2, line
            name, _, value = words[1].partition("=")
            env[name] = value
        return env

    def stop(self):
        """Ends the sandbox and returns its exit code."""
        self.process.terminate()
        try:
            _, _ = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode

    def profiles(self):
        """Maps the names of the profiles in its configuration file to their settings."""
        profiles, current = {}, None
        for line in self.config.read_text().splitlines():
            if header := re.fullmatch(r"\[(?:profile )?(.+)\]", line.strip()):
                current = profiles.setdefault(header[1], {})
            elif "=" in line:
                name, _, value = line.partition("=")
                current[name.strip()] = value.strip()
        return profiles

    def client(self, service, profile, region=None, **named):
        """Makes a boto3 client with a profile's keys."""
        keys = self.profiles()[profile]
        region = region or keys["region"]
        url, verify = self.url, self.env.get("AWS_CA_BUNDLE")
        key, secret = keys["aws_access_key_id"], keys["aws_secret_access_key"]
        return client(url, service, key, secret, region=region, verify=verify, **named)


class Relay:
    """Hands requests on to another server; counts them, and may change them or answer itself.

    `change(action, form)` may edit the form of a query-protocol request; `answer(action, credential, form)`
    may return `(status, content type, body)` to be sent instead of the other server's answer; the credential is
    the scope of the signature, split at its slashes.
    """

    def __init__(self, upstream, change=None, answer=None):
        self.actions = Counter()
        self.change = change
        self.answer = answer
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, kind, content = relay.pass_on(upstream, self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pass_on(self, upstream, path, headers, body):
        """Handles one request."""
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        action = form.get("Action") or headers.get("X-Amz-Target", "?").rpartition(".")[2]
        credential = headers.get("Authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
        service = credential[3] if len(credential) > 3 else "-"
        self.actions[f"{service}:{action}"] += 1
        if self.answer and (own := self.answer(action, credential, form)):
            return own
        if self.change and "Action" in form:
            self.change(action, form)
            body = urllib.parse.urlencode(form).encode()
        kept = {k: v for k, v in headers.items() if k.lower() not in ("host", "content-length", "connection")}
        request = urllib.request.Request(upstream + path, data=body, headers=kept, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers.get("Content-Type", ""), refused.read()

    def stop(self):
        """Ends the relay."""
        self.server.shutdown()
        self.server.server_close()
