"""Builds and measures whole programs, for the comparisons beside it."""

import contextlib
import json
import math
import os
import pathlib
import subprocess
import sys
import threading
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
# What takes longer than this is not done again for a better time.
LONG = 5


def say(text):
    print(text, file=sys.stderr, flush=True)


def built(name, *command):
    """Builds with cargo, and returns the program of that name."""
    command = ["cargo", *command, "--no-default-features", "--message-format", "json"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE).stdout.splitlines()
    messages = [message for message in map(json.loads, lines) if message.get("target", {}).get("name") == name]
    return [message["executable"] for message in messages if message.get("executable")][-1]


def timed(command, limit, output=None, env=None, accepted=(0,), errors=None):
    """Runs a program; returns its seconds, those of the processor, and its peak memory in MiB.

    None when it is stopped at the limit, or ends with an exit code that is not accepted.
    """
    begun = time.perf_counter()
    with open(output or os.devnull, "wb") as out, contextlib.ExitStack() as stack:
        log = stack.enter_context(open(errors, "wb")) if errors else None
        child = subprocess.Popen(list(map(str, command)), stdout=out, stderr=log, env=env)
    timer = threading.Timer(limit, child.kill)
    timer.start()
    _, status, used = os.wait4(child.pid, 0)
    timer.cancel()
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in accepted:
        say(f"stopped after {seconds:.0f} s: {command[0]} {command[1]}")
        if errors:
            say(pathlib.Path(errors).read_text(errors="replace")[-2000:])
        return None
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def best(times, measure):
    """Measures up to so many times and returns the fastest, or None where one did not finish."""
    fastest = None
    for _ in range(times):
        found = measure()
        if found is None:
            return fastest
        fastest = min(fastest or found, found)
        if found[0] > LONG:
            break
    return fastest


def best_run(args, command, output=None):
    """Runs a program up to args.repeat times, args.limit seconds each, and returns the fastest run."""
    return best(args.repeat, lambda: timed(command, args.limit, output))


def power(size):
    exponent = round(math.log10(size))
    return f"10^{exponent}" if size == 10**exponent else str(size)


def figure(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}"


def pip_install(folder, *packages):
    """Makes a virtual environment in a folder and returns its Python; None, and says why, when pip fails."""
    try:
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"left out, since pip failed: {', '.join(packages)} ({error})")
        return None
    return python
