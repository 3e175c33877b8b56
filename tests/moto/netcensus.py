"""Runs the program under test in a world of its own: no HOME, no AWS settings but those a test gives."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

BINARY = os.environ["NETCENSUS_BIN"]


@dataclass
class Result:
    """What a run left behind."""

    args: list
    code: int
    out: str
    err: str

    def expect(self, code=0):
        """Fails with everything that was said unless the exit code is `code`."""
        said = (
            f"{' '.join(self.args)}\nexit code {self.code}, expected {code}\n{self.err[-3000:]}{self.out[-500:]}"
        )
        assert self.code == code, said
        assert "panicked" not in self.err, said
        return self

    @property
    def doc(self):
        """The JSON on stdout."""
        return json.loads(self.out)

    @property
    def ndjson(self):
        """The NDJSON on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


class Home:
    """A home directory, and the environment of programs that live in it."""

    def __init__(self, path: Path):
        self.path = path
        self.config = path / "aws-config"
        self.config.write_text("")
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),
            "XDG_CONFIG_HOME": str(path / ".config"),
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def write_config(self, text):
        """Replaces the AWS config file."""
        self.config.write_text(text)

    def write(self, name, text, mode=0o644):
        """Writes a file into the home directory and returns its path."""
        path = self.path / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def environ(self, extra=None):
        """Returns the environment with `extra` set, and what is None there taken away."""
        both = {**self.env, **(extra or {})}
        return {name: str(value) for name, value in both.items() if value is not None}

    def run(self, *args, env=None, stdin="", timeout=120):
        """Runs netcensus."""
        return self.program(BINARY, *args, env=env, stdin=stdin, timeout=timeout)

    def program(self, *args, env=None, stdin="", timeout=120):
        """Runs any program."""
        args = [str(arg) for arg in args]
        done = subprocess.run(
            args,
            env=self.environ(env),
            cwd=self.path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Result(args, done.returncode, done.stdout, done.stderr)

    def scan(self, *args, code=0, **named):
        """Runs `scan ARGS -o json` and returns the document."""
        return self.run("scan", *args, "-o", "json", **named).expect(code).doc


def ids(rows):
    """Lists the ids of rows; twice what is there twice."""
    return [row["id"] for row in rows]


def assert_once(doc):
    """Fails when a resource is listed twice."""
    for kind in ("networks", "subnets", "instances", "interfaces", "links"):
        found = ids(doc[kind])
        assert len(found) == len(set(found)), f"{kind} twice: {sorted(i for i in found if found.count(i) > 1)}"


def incomplete(doc):
    """Lists the coverage that makes a scan incomplete."""
    return [row for row in doc["coverage"] if row["outcome"] not in ("complete", "skipped")]
