"""The mark of a demo's archive: the one proxy that pages may come through, and the runs that were let in.

The mark is a file beside archive.db: it stays when the view is deleted or made anew.
"""

import json
import os
import re
import shutil
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from archive.errors import WrongUse
from archive.run.lock import writing
from archive.view.holdings import runs_in
from archive.view.store import DATABASE

FILE = "DEMO"
SAID = "made by `scrapy demo`, which deletes this folder and makes it anew"
DRAFTS = {"lists.tmp", "pauses.tmp"}
OWN = {FILE, "warc", "lock", "given-up.jsonl", "lists.json", "pauses.json", "jobs", "sites"} | DRAFTS
"""What a demo makes in its folder; a draft is left where it is killed just then."""
KEPT = {FILE, "lock"}
PATIENCE_S = 10
HEAD_BYTES = 65_536
RUN = re.compile(rb"^run: (\S+)\r?$", re.M)


def write(folder: Path, ask: str, answer: str) -> None:
    """Mark a folder as the folder of a demo; the mark names the address of the demo's proxy and the proxy's answer."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = {"said": SAID, "ask": ask, "answer": answer}
    (folder / FILE).write_text(f"{json.dumps(mark)}\n", "utf-8")


def check(folder: Path) -> None:
    """Refuse a demo's archive to a run that does not come through that demo's own proxy.

    Raises:
        WrongUse: a demo's archive, and another way to the web.
    """
    mark = folder / FILE
    if mark.exists() and not _is_own_proxy(mark):
        raise WrongUse(
            f"{folder} is the demo's archive of invented pages; name another: -s ARCHIVE_DIR=FOLDER"
        )


def admit(folder: Path, run_id: str) -> None:
    """Let a run into an archive: into any that is no demo's, and into a demo's through that demo's own proxy.

    Raises:
        WrongUse: a demo's archive, and another way to the web.
    """
    check(folder)
    try:
        mark = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND)  # never makes one
    except FileNotFoundError:
        return
    with open(mark, "a", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
        file.write(f"{run_id}\n")


def clear(folder: Path) -> None:
    """Delete an earlier demo's archive, whole or broken off, except its mark and its lock.

    The mark stays until write() replaces it: a crawl of the earlier demo that begins only now is refused.

    Raises:
        WrongUse: something is in the folder that no demo put there.
        Busy: a run is writing.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    foreign = next(_foreign(folder), None)
    if foreign is not None:
        raise WrongUse(
            f"{folder} {foreign}; nothing was touched. Name another place: scrapy demo -s ARCHIVE_DIR=FOLDER"
        )
    with writing(folder):
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in KEPT:
                path.unlink()


def _foreign(folder: Path) -> Iterator[str]:
    """The reasons not to delete a folder."""
    if not (folder / FILE).exists():
        yield "holds a real archive" if (folder / DATABASE).exists() else "is not empty, and no demo's"
        return
    own = set((folder / FILE).read_text("utf-8").splitlines()[1:])
    for path in folder.iterdir():
        if path.name not in OWN and not path.name.startswith(DATABASE):
            yield f"holds {path.name}, which no demo makes"
    for run in runs_in(folder / DATABASE):
        if run not in own:
            yield f"is a demo's, but holds run {run}, which is not"
    for path in sorted((folder / "warc").glob("*")):
        head = _head(path)
        found = RUN.search(head)
        if head and (found is None or found[1].decode("ascii", "replace") not in own):
            yield f"is a demo's, but holds {path.name}, which is not"


def _head(path: Path) -> bytes:
    """The first record of a WARC file, unpacked; empty if the record is cut off, because then no page follows it."""
    with path.open("rb") as file:
        raw = file.read(HEAD_BYTES)
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    member = zlib.decompressobj(31)
    try:
        head = member.decompress(raw, HEAD_BYTES)
    except zlib.error:
        return raw
    return head if member.eof or len(raw) == HEAD_BYTES else b""


def _is_own_proxy(mark: Path) -> bool:
    """Whether both schemes go through a proxy on this machine that answers as the demo's does."""
    try:
        wanted = json.loads(mark.read_text("utf-8").partition("\n")[0])
        ask, answer = str(wanted["ask"]), str(wanted["answer"])
    except (OSError, ValueError, KeyError, TypeError):  # gone or broken off just now: no demo runs any more
        return False
    proxies = {getproxies().get(kind) for kind in ("http", "https")}
    return all(_is_loopback(proxy) and _answer(proxy, ask) == answer for proxy in proxies)


def _answer(proxy: str | None, ask: str) -> str | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy or ""}))
    try:
        with opener.open(ask, timeout=PATIENCE_S) as response:
            return str(response.read(200).decode("ascii", "replace"))
    except (OSError, ValueError):
        return None


def _is_loopback(proxy: str | None) -> bool:
    if not proxy:
        return False
    host = urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname or ""
    return host in ("localhost", "::1") or bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))
