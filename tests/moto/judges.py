"""Judges that are not in requirements.txt: programs of PyPI and npm in directories of their own, as `judges.sh` makes them."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from netcensus import BINARY

PATIENCE = 30


def find(environment, program):
    """Returns the path of a program; None if it is not there."""
    here = Path(BINARY).parents[1] / "judges" / environment / "bin" / program
    return str(here) if here.exists() else shutil.which(program)


def find_npm_program(program, variable):
    """Returns the path of a program of npm, which an environment variable may name; None if it is not there."""
    here = Path(BINARY).parents[1] / "judges" / "node_modules" / ".bin" / program
    return os.environ.get(variable) or (str(here) if here.exists() else shutil.which(program))


class MiniStack:
    """MiniStack on a free port of loopback: another emulator of AWS, which has EventBridge deliver to SQS."""

    def __init__(self, program, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # It listens on all addresses otherwise.
        env = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "HOME": str(folder)}
        self.log = (folder / "ministack.log").open("wb")
        self.process = subprocess.Popen([program], env=env, stdout=self.log, stderr=self.log, cwd=folder)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"MiniStack did not start: {(folder / 'ministack.log').read_text()[-2000:]}")

    def stop(self):
        """Ends the server."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.log.close()
