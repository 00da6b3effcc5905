"""The user's Chromium as a machine without a network: it is given every byte of a page, and gives back what it drew."""

import asyncio
import base64
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
QUIET_S = 0.5  # a loaded page that has asked for nothing so long is drawn
ANSWER_S = 20.0  # a command of ours that takes longer will not be answered
WANTED = {"Script", "XHR", "Fetch", "Stylesheet"}
"""What a page is drawn from; pictures, fonts, films, frames and beacons are not asked for."""
FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
    # what is not handed to us (WebSockets, prefetches, the browser's own errands) finds no network
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-quic",
)  # fmt: skip
PLUG = """
import os, sys
high = [os.dup2(int(fd), 100 + n) for n, fd in enumerate(sys.argv[1:3])]
for number, fd in zip((3, 4), high):
    os.dup2(fd, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads commands from file descriptor 3 and writes to 4."""


class BrowserFailed(Exception):  # noqa: N818 - the sentence it makes
    """The browser went away, said no, or did not answer; the message says which."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page asks for while it is drawn."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Part:
    """What it is given: `body` without compression, `headers` without what spoke of the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Fetch = Callable[[Wish], Awaitable[Part | None]]
"""Gets a part of a page; None for what is not to be had."""


@dataclass(slots=True)
class Drawing:
    """A page while it is drawn."""

    document: Part
    fetch: Fetch
    is_given: bool = False
    is_loaded: bool = False
    waiting: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Browser:
    """One Chromium process; start() before, close() after."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.version = ""
        self._number = 0
        self._is_gone = False
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._drawings: dict[str, Drawing] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the process. Raises BrowserFailed where it cannot be."""
        self._profile = TemporaryDirectory(prefix="zhuanzai-browser-", ignore_cleanup_errors=True)
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        flags = [
            *FLAGS,
            f"--user-data-dir={self._profile.name}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ]
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-c",
                    PLUG,
                    str(to_read),
                    str(from_write),
                    self.program,
                    *flags,
                    "about:blank",
                ),
                pass_fds=(to_read, from_write),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        finally:
            os.close(to_read)
            os.close(from_write)
        loop = asyncio.get_running_loop()
        self._reader = asyncio.StreamReader(limit=1 << 28)
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._reader), os.fdopen(from_read, "rb", 0)
        )
        self._writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(to_write, "wb", 0))
        self._listening = asyncio.create_task(self._listen())
        self.version = str((await self._call("Browser.getVersion"))["product"])

    async def close(self) -> None:
        """End the process and forget its profile."""
        self._writer.close()
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await asyncio.gather(self._listening, *self._tasks, return_exceptions=True)
        self._profile.cleanup()

    async def drawn(self, url: str, document: Part, fetch: Fetch, within_s: float) -> str:
        """The page as HTML once its scripts are done, or when the seconds are over.

        `document` is what the address answered; everything else it needs comes from `fetch`. The page may not go to
        another address. Raises BrowserFailed.
        """
        context = (await self._call("Target.createBrowserContext"))["browserContextId"]
        try:
            target = await self._call(
                "Target.createTarget", {"url": "about:blank", "browserContextId": context}
            )
            attached = {"targetId": target["targetId"], "flatten": True}
            session = (await self._call("Target.attachToTarget", attached))["sessionId"]
            drawing = self._drawings[session] = Drawing(document, fetch)
            await self._call("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}, session)
            await self._call("Page.enable", {}, session)
            self._send("Page.navigate", {"url": url}, session)
            await self._until_quiet(drawing, within_s)
            script = "'<!DOCTYPE html>\\n' + document.documentElement.outerHTML"
            found = await self._call(
                "Runtime.evaluate", {"expression": script, "returnByValue": True}, session
            )
            if not drawing.is_given or not isinstance(found["result"].get("value"), str):
                raise BrowserFailed(f"{url}: the browser did not take the page")
            return str(found["result"]["value"])
        finally:
            self._drawings = {key: one for key, one in self._drawings.items() if one.document is not document}
            await self._call("Target.disposeBrowserContext", {"browserContextId": context})

    async def _until_quiet(self, drawing: Drawing, within_s: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + within_s
        while loop.time() < end:
            is_done = drawing.is_loaded and not drawing.waiting
            drawing.changed.clear()
            try:
                async with asyncio.timeout(
                    min(QUIET_S if is_done else within_s, max(0.0, end - loop.time()))
                ):
                    await drawing.changed.wait()
            except TimeoutError:
                if is_done:
                    return

    # -- what the browser says

    async def _listen(self) -> None:
        try:
            while True:
                told = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if "id" in told:
                    waiting = self._answers.pop(told["id"], None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(told)
                elif told.get("sessionId") in self._drawings:
                    self._happened(told["method"], told["params"], told["sessionId"])
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            self._is_gone = True
            for waiting in self._answers.values():
                if not waiting.done():
                    waiting.set_exception(BrowserFailed(f"{self.program} went away"))

    def _happened(self, method: str, told: dict[str, Any], session: str) -> None:
        drawing = self._drawings[session]
        if method == "Fetch.requestPaused":
            task = asyncio.create_task(self._give(drawing, told, session))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif method == "Page.loadEventFired":
            drawing.is_loaded = True
        drawing.changed.set()

    async def _give(self, drawing: Drawing, told: dict[str, Any], session: str) -> None:
        """Answer one request of the page."""
        asked = told["request"]
        part = None
        if told["resourceType"] == "Document":
            part, drawing.is_given = (None if drawing.is_given else drawing.document), True
        elif told["resourceType"] in WANTED and asked["url"].startswith(("http:", "https:")):
            body = asked.get("postData", "").encode()
            wish = Wish(asked["url"], asked["method"], tuple(asked["headers"].items()), body)
            drawing.waiting += 1
            try:
                part = await drawing.fetch(wish)
            finally:
                drawing.waiting -= 1
                drawing.changed.set()
        if part is None:
            failed = {"requestId": told["requestId"], "errorReason": "BlockedByClient"}
            self._send("Fetch.failRequest", failed, session)
            return
        given = {
            "requestId": told["requestId"],
            "responseCode": part.status,
            "responseHeaders": [{"name": name, "value": value} for name, value in part.headers],
            "body": base64.b64encode(part.body).decode(),
        }
        self._send("Fetch.fulfillRequest", given, session)

    # -- what it is told

    async def _call(
        self, method: str, parameters: dict[str, Any] | None = None, session: str | None = None
    ) -> dict[str, Any]:
        if self._is_gone:
            raise BrowserFailed(f"{self.program} went away")
        number = self._send(method, parameters or {}, session)
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                told = await waiting
        except TimeoutError as error:
            raise BrowserFailed(f"{self.program}: no answer to {method} within {ANSWER_S:.0f} s") from error
        if "error" in told:
            raise BrowserFailed(f"{self.program}: {method}: {told['error'].get('message')}")
        return dict(told["result"])

    def _send(self, method: str, parameters: dict[str, Any], session: str | None) -> int:
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        self._writer.write(json.dumps(command).encode() + b"\0")
        return self._number


def program(wanted: str, names: Iterable[str] = NAMES) -> str | None:
    """The browser to use: the one wanted, else the first of the usual names that is installed; None for none."""
    if wanted:
        return wanted if Path(wanted).is_file() and os.access(wanted, os.X_OK) else None
    return next((found for name in names if (found := shutil.which(name))), None)
