"""The sandbox as a process of its own: the fake that everything here is measured against."""

import os
import pathlib
import subprocess
import tempfile

TICKS = os.sysconf("SC_CLK_TCK")
ROLE = "netcensus"


class Sandbox:
    """Serves an estate of `accounts=N,regions=N,...`, every answer held back by so many milliseconds."""

    def __init__(self, netcensus, size, latency, *faults, tls=False, churn=None):
        self.netcensus = netcensus
        self.directory = tempfile.TemporaryDirectory(prefix="netcensus-bench-")
        config = pathlib.Path(self.directory.name) / "aws"
        size = ",".join(f"{name}={number}" for name, number in size.items())
        command = [netcensus, "sandbox", "--generate", size, "--config-file", config]
        faults = ([f"latency={latency}ms"] if latency else []) + list(faults)
        command += [word for fault in faults for word in ("--fault", fault)]
        if churn:
            command += ["--churn", churn]
        if tls:
            command += ["--tls", "--ca-file", config.with_name("ca.pem")]
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.environment = self._read_environment()
        self.config = config

    def _read_environment(self):
        """Reads the variables, which the sandbox prints once it listens."""
        found = {"PATH": os.environ["PATH"], "HOME": self.directory.name, "LANG": "C.UTF-8"}
        # Where the machine keeps its certificates, if not in the usual place.
        found |= {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ}
        for line in self.process.stdout:
            name, value = line.removeprefix("export ").strip().split("=", 1)
            found[name] = value.strip("'")
            if name == "AWS_SHARED_CREDENTIALS_FILE":
                break
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()

    def processor_time(self):
        """Returns the seconds of the processor that the sandbox has used."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def by_keys(self):
        """Returns the environment without keys of its own, in which only profiles lead to accounts."""
        return {name: value for name, value in self.environment.items() if not name.startswith("AWS_ACCESS_KEY")
                and not name.startswith("AWS_SECRET")}

    def profiles(self):
        """Lists the profiles of the configuration, one for each account."""
        lines = self.config.read_text().splitlines()
        return [line[len("[profile "):-1] for line in lines if line.startswith("[profile ")]

    def add_roles(self, roles):
        """Gives each account so many profiles, which lead to it by the same keys."""
        head, *sections = self.config.read_text().split("[profile ")
        repeated = [section.replace("]", f"-role-{number}]", 1) for section in sections for number in range(roles)]
        self.config.write_text("[profile ".join([head, *repeated]))
