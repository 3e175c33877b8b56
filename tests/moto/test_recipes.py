"""The recipes for cron and systemd, run as these would run them, but against the sandbox."""

import datetime
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from netcensus import BINARY

RECIPE = (Path(__file__).parents[2] / "docs" / "recipes" / "cron.md").read_text()
SCOPE = "--aws-org --aws-org-role netcensus-read --all-azure-subscriptions"


def block(begins):
    """The code block that begins with a text."""
    return next(block for block in re.findall(r"```\w+\n(.*?)```", RECIPE, re.DOTALL) if block.startswith(begins))


def shell(home, command, **environment):
    """Runs a command as cron does: by sh, with hardly any environment."""
    path = home.path / "bin"
    path.mkdir(exist_ok=True)
    if not (path / "netcensus").exists():
        (path / "netcensus").symlink_to(BINARY)
    environment = {"HOME": str(home.path), "PATH": f"{path}:/usr/bin:/bin", **environment}
    return subprocess.run(
        ["/bin/sh", "-c", command], env=environment, cwd=home.path, capture_output=True, text=True, timeout=120
    )


def test_the_line_of_the_crontab_is_one_for_cron_and_says_nothing(home):
    line = block("30 5").strip()
    fields = re.fullmatch(r"((?:\S+ ){5}) *(.*)", line)
    assert fields, line
    # crontab(5): a % that has no backslash ends the command.
    command = re.split(r"(?<!\\)%", fields[2])
    assert len(command) == 1, "cron would cut the command at %"
    command = command[0].replace("\\%", "%")
    assert SCOPE in command and "--max-drop 20%" in command
    command = command.replace(SCOPE, "--sandbox").replace("/srv/netcensus/", "export/")
    for _ in range(2):
        done = shell(home, command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((home.path / "export" / "manifest.json").read_text())["complete"] is True


def test_systemd_takes_the_units_and_what_they_start_works(home):
    service, timer = block("[Unit]\nDescription=Export the network inventory\n"), block("[Unit]\nDescription=Export the network inventory every")
    command = re.search(r"^ExecStart=(.*)$", service, re.MULTILINE)[1]
    assert command.startswith("/usr/bin/netcensus export ")
    state = home.path / "state"
    state.mkdir()
    argv = command.replace("%%", "%").replace("${STATE_DIRECTORY}", str(state)).replace("/usr/bin/", "")
    (home.path / "netcensus.toml").write_text("")
    done = shell(home, f"{argv} --sandbox", NETCENSUS_CONFIG=str(home.path / "netcensus.toml"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (state / "export" / "networks.csv").exists()
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here to verify the units")
    units = home.path / "units"
    units.mkdir()
    (units / "netcensus-export.service").write_text(service.replace("/usr/bin/netcensus", BINARY))
    (units / "netcensus-export.timer").write_text(timer)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units.iterdir())],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True,
        text=True,
    )
    said = [line for line in done.stderr.splitlines() if "netcensus" in line]
    assert (done.returncode, said) == (0, []), done.stderr


def test_a_monitor_can_tell_whether_the_files_are_fresh(home):
    if not shutil.which("jq"):
        pytest.skip("there is no jq here")
    home.run("export", "--sandbox", "--to", "export/", "-q").expect(0)
    manifest = home.path / "export" / "manifest.json"
    question = block("test ").replace("/srv/netcensus/manifest.json", shlex.quote(str(manifest)))
    assert shell(home, question).returncode == 0
    note = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**note, "complete": False}))
    assert shell(home, question).returncode == 1
    old = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=27)
    note["taken_at"] = old.strftime("%Y-%m-%dT%H:%M:%SZ")
    manifest.write_text(json.dumps(note))
    assert shell(home, question).returncode == 1
