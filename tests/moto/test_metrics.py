"""Metrics of `usage` and `export`, read by Prometheus' promtool where there is one, and by node_exporter's rules."""

import os
import shutil
import subprocess

import pytest

PROMTOOL = shutil.which(os.environ.get("PROMTOOL", "promtool"))
pytestmark = pytest.mark.skipif(
    PROMTOOL is None,
    reason="there is no promtool, which comes with Prometheus (in Debian: prometheus); $PROMTOOL may name it",
)


def check(text):
    """Has promtool parse metrics and look for bad names, types and help; returns what it says."""
    done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("of", ["subnets", "networks", "pools", "accounts"])
def test_promtool_has_nothing_against_metrics_of_usage(home, of):
    text = home.run("usage", of, "--sandbox", "--fail-on", "none", "-o", "openmetrics").out
    assert text.endswith("# EOF\n") and "netcensus_" in text
    assert check(text) == (0, "")


def test_promtool_has_nothing_against_an_export(home):
    done = home.run("export", "--sandbox", "--allow-incomplete", "--to", "subnets.prom", "--format", "openmetrics")
    assert done.code in (0, 3), done.err
    assert check((home.path / "subnets.prom").read_text()) == (0, "")


def test_promtool_would_find_something():
    code, said = check("# TYPE netcensus_requests_total gauge\nnetcensus_requests_total 1\n")
    assert code != 0 and "total" in said
