"""A headless Chromium, driven over a pipe by its DevTools protocol: no other package is needed for that."""

import base64
import json
import os
import shutil
import subprocess
import tempfile

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def program():
    """The browser's path; None when there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One page of one browser. What its scripts complain of is in `errors`, what it asked for in `requests`."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="netcensus-chromium-")
        read, self.down = os.pipe()
        self.up, write = os.pipe()

        def ends():
            # The browser reads commands from 3 and answers on 4.
            ours, theirs = os.dup(read), os.dup(write)
            os.dup2(ours, 3)
            os.dup2(theirs, 4)

        arguments = (program(), *QUIET, "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "about:blank")
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=ends, close_fds=False
        )
        os.close(read)
        os.close(write)
        self.rest, self.number, self.session = b"", 0, None
        self.errors, self.requests, self.loaded = [], [], False
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(target["targetId"] for target in targets if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.down, data) :]
        while (answer := self.read()).get("id") != self.number:
            self.note(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def read(self):
        while b"\0" not in self.rest:
            more = os.read(self.up, 1 << 20)
            assert more, "the browser ended"
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def note(self, event):
        match event.get("method"):
            case "Page.loadEventFired":
                self.loaded = True
            case "Runtime.exceptionThrown":
                self.errors.append(event["params"]["exceptionDetails"])
            case "Log.entryAdded" if event["params"]["entry"]["level"] == "error":
                self.errors.append(event["params"]["entry"])
            case "Page.javascriptDialogOpening":
                self.errors.append(event["params"])
            case "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])

    def open(self, url, width=1280, height=900, scheme="light"):
        """Opens a page in a window of that size, and waits until it is there."""
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=media)
        self.resize(width, height)
        # From one part of a page to another nothing would be loaded.
        for place in ("about:blank", url):
            self.loaded = False
            self.call("Page.navigate", url=place)
            while not self.loaded:
                self.note(self.read())

    def resize(self, width, height):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def value(self, expression):
        """What an expression of JavaScript gives, in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self):
        """What is seen, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def close(self):
        self.process.terminate()
        self.process.wait()
        os.close(self.up)
        os.close(self.down)
        shutil.rmtree(self.profile, ignore_errors=True)
