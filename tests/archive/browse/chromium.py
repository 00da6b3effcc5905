"""Debian's Chromium, driven over a pipe: no driver, no port, no library."""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_PLUG = """
import os, sys
command = sys.argv[3:]
high = [os.dup2(int(fd), 100 + n) for n, fd in enumerate(sys.argv[1:3])]
for number, fd in zip((3, 4), high):
    os.dup2(fd, number)
os.execv(command[0], command)
"""
"""The browser reads from file descriptor 3 and writes to 4."""


class Browser:
    """One page of a browser. Source: the Chrome DevTools Protocol, --remote-debugging-pipe."""

    def __init__(self, write: int, read: int) -> None:
        self._write = write
        self._read = read
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command of the page's; events that come before it are kept."""
        return self._call(method, parameters, self._session)

    def open(self, url: str) -> None:
        """Go to an address and wait until everything of it is there."""
        self.events.clear()
        wanted = self.call("Page.navigate", url=url)["loaderId"]
        self.wait_for_load(wanted)

    def wait_for_load(self, wanted: str | None = None) -> None:
        """Wait until another document than before (or that one) is the page's, loaded with its frames and drawn."""
        while not any(loader in self._loaded() for loader in ([wanted] if wanted else self._documents())):
            self._take()
        self.call("Page.captureScreenshot")  # which draws: an inner frame that was not drawn takes no clicks

    def _documents(self) -> list[str]:
        told = [event["params"]["frame"] for event in self.events if event["method"] == "Page.frameNavigated"]
        return [frame["loaderId"] for frame in told if "parentId" not in frame]

    def _loaded(self) -> set[str]:
        told = [event["params"] for event in self.events if event["method"] == "Page.lifecycleEvent"]
        return {event["loaderId"] for event in told if event["name"] == "load"}

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, f"{script}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def click(self, selector: str, text: str = "") -> None:
        """Press the first element that the selector finds with this text in it, and wait for the page it leads to."""
        place = self.run(
            f"(() => {{ const found = [...document.querySelectorAll({json.dumps(selector)})]"
            f".find(e => e.textContent.includes({json.dumps(text)})); if (!found) return null;"
            " found.scrollIntoView({block: 'center'}); const box = found.getClientRects()[0];"
            " return [box.left + box.width / 2, box.top + box.height / 2] })()"
        )
        assert place, f"nothing found for {selector} {text}"
        self.press(*place)

    def press(self, x: float, y: float) -> None:
        """Press the mouse at a place and wait for the page it leads to."""
        self.events.clear()
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.wait_for_load()

    def resize(self, width: int, height: int, *, mobile: bool = False) -> None:
        """Make the screen so large, in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )

    def type(self, text: str) -> None:
        """Put text in as an input method does, and press Enter."""
        self.call("Input.insertText", text=text)
        self.events.clear()
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        self.call("Input.dispatchKeyEvent", type="keyDown", **enter)
        self.wait_for_load()

    def asked(self) -> list[str]:
        """The addresses that were asked for since the last navigation began."""
        sent = [event for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def complaints(self) -> list[str]:
        """What the console says went wrong."""
        logged = [event["params"] for event in self.events if event["method"] == "Log.entryAdded"]
        thrown = [event["params"] for event in self.events if event["method"] == "Runtime.exceptionThrown"]
        return [entry["entry"]["text"] for entry in logged if entry["entry"]["level"] == "error"] + [
            entry["exceptionDetails"]["text"] for entry in thrown
        ]

    def _call(self, method: str, parameters: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            found = self._take()
            if found.get("id") == number:
                assert "error" not in found, f"{method}: {found['error']}"
                return dict(found["result"])

    def _take(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], 30)
            assert ready, "the browser has said nothing for 30 seconds"
            piece = os.read(self._read, 1 << 16)
            assert piece, "the browser went away"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        if "method" in found:
            self.events.append(found)
        return found


@contextmanager
def browser(profile: Path, *flags: str) -> Iterator[Browser]:
    """A headless browser with a profile of its own, closed afterwards."""
    assert CHROMIUM
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking",
        "--disable-features=LocalNetworkAccessChecks", "--disable-component-update", "--disable-sync", "--mute-audio",
        "--remote-debugging-pipe", f"--user-data-dir={profile}", "--window-size=1280,1000", *flags, "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", _PLUG, str(to_read), str(from_write), *command],
        pass_fds=(to_read, from_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(from_write)
    try:
        yield Browser(to_write, from_read)
    finally:
        os.close(to_write)
        os.close(from_read)
        process.terminate()
        process.wait(timeout=200)
