"""Who is never asked, tried with real processes, a canary on this machine, and a resolver that leads to it."""

import http.server
import inspect
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.test import get_crawler
from twisted.internet.address import IPv4Address

from crawler.addon import SCRAPY
from crawler.fetch.guard import Guard, PublicNames, PublicResolver, is_public, refused_peer
from tests.crawler.fetch.resolvers import ANSWERS
from tests.small_server import SmallServer

ROOT = Path(__file__).parents[3]
OF_THE_PROCESS = {"TWISTED_DNS_RESOLVER"}
SITE = """host = "{host}"
name = "x"
region = "central"
confidence = "L"
source = "a test"
articles = ["/a/"]
listings = ["http://{host}:{port}/list.html"]
"""


class Canary(http.server.BaseHTTPRequestHandler):
    """Notes who asks for anything."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(f"{self.headers['Host']}{self.path}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[SimpleNamespace]:
    asked: list[str] = []
    handler = type("Asked", (Canary,), {"asked": asked})
    with SmallServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SimpleNamespace(port=server.server_address[1], asked=asked)
        server.shutdown()


def scrapy(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, with a resolver of ours in place of the process's."""
    quiet = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment = quiet | {"PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "crawler.settings"} | variables
    settings = (
        "DOWNLOAD_DELAY=0",
        "RETRY_TIMES=0",
        "TWISTED_DNS_RESOLVER=tests.crawler.fetch.resolvers.TypedResolver",
    )
    options = [word for setting in settings for word in ("-s", setting)]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *args, *options],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


def commands(port: int, folder: Path) -> dict[str, list[str]]:
    """Each command that fetches, asked for a name that leads to this machine."""
    url, sites = f"http://rebound.example.cn:{port}/a/1.html", f"ZHUANZAI_SITES_DIR={folder}/sites"
    common = [
        "-s",
        f"ZHUANZAI_PORTS={port}",
        "-s",
        f"ARCHIVE_DIR={folder}/archive",
        "-s",
        "DNSCACHE_ENABLED=False",
    ]
    (folder / "sites").mkdir()
    (folder / "sites/rebound.example.cn.toml").write_text(SITE.format(host="rebound.example.cn", port=port))
    return {
        "crawl": ["crawl", "mirrors", "-a", "site=rebound.example.cn", "-s", sites, *common],
        "fetch": ["fetch", url, *common],
        "read": ["read", url, *common],
        "parse": ["parse", url, "--spider", "mirrors", *common],
    }  # fmt: skip


@pytest.mark.parametrize("command", ["crawl", "fetch", "read", "parse"])
def test_a_name_that_leads_to_this_machine_is_asked_by_no_command(
    command: str, canary: SimpleNamespace, tmp_path: Path
) -> None:
    ended = scrapy(*commands(canary.port, tmp_path)[command], **{ANSWERS: "rebound.example.cn=127.0.0.1"})

    assert canary.asked == []
    assert "resolves to 127.0.0.1, no public address" in ended.stderr or command == "read"


def test_a_name_in_no_proxy_is_guarded_too(canary: SimpleNamespace, tmp_path: Path) -> None:
    proxy = {"http_proxy": f"http://127.0.0.1:{canary.port}", "no_proxy": "rebound.example.cn"}
    ended = scrapy(
        *commands(canary.port, tmp_path)["fetch"], **proxy, **{ANSWERS: "rebound.example.cn=127.0.0.1"}
    )

    assert canary.asked == []
    assert "resolves to 127.0.0.1, no public address" in ended.stderr


def test_the_setting_that_allows_private_addresses_does(canary: SimpleNamespace, tmp_path: Path) -> None:
    allowed = ["-s", "ZHUANZAI_PRIVATE_ADDRESSES=True", "-s", "ROBOTSTXT_OBEY=False"]
    scrapy(*commands(canary.port, tmp_path)["fetch"], *allowed, **{ANSWERS: "rebound.example.cn=127.0.0.1"})

    assert canary.asked == [f"rebound.example.cn:{canary.port}/a/1.html"]


class Names:
    """A resolver whose answers change from one look-up to the next."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, *_: Any, **__: Any) -> None:
        receiver.resolutionBegan(None)
        for host in self.answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", host, 80))
        receiver.resolutionComplete()


class Told:
    def __init__(self) -> None:
        self.hosts: list[str] = []

    def resolutionBegan(self, _: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:
        self.hosts.append("end")


def test_a_name_is_checked_at_each_connection() -> None:
    names = PublicNames(Names(["202.99.1.1"], ["127.0.0.1"], ["10.0.0.1", "202.99.1.1"]))
    told = Told()
    for _ in range(3):
        names.resolveHostName(told, "turning.example.cn")

    assert told.hosts == ["202.99.1.1", "end", "end", "202.99.1.1", "end"]
    assert PublicResolver.refused.pop("turning.example.cn") == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "refused"), [("127.0.0.1", "127.0.0.1"), ("202.99.1.1", None), ("::1", "::1")]
)
def test_the_far_end_of_a_connection_is_what_counts(host: str, refused: str | None) -> None:
    transport = SimpleNamespace(getPeer=lambda: SimpleNamespace(host=host))

    assert refused_peer(transport) == refused


@pytest.mark.parametrize("address", ["::127.0.0.1", "::7f00:1", "fec0::1", "64:ff9b::", "64:ff9b:1::1", "::"])
def test_old_forms_of_ipv6_lead_nowhere_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "[::127.0.0.1]", "[fec0::1]", "[64:ff9b::]", "[64:ff9b::7f00:1]", "0177.0.0.1",
        "00000000000000000000000177.0.0.1",
        "0x000000000000000000000000000000007f.1", "00000000000000000000000000000000000000002130706433", "4294967297",
        "1.2.3.4.5", "127.0.0.1.", "0x7f.1", "09.1", "256.1.1.1", "１２７.０.０.１", "127。0。0。1", "0x",
        "a.0x7f000001", "0127.0.0.1", "0000000000127.1", "010.1", "0192.0168.0.1", "192.0.0.8", "192.88.99.1",
        "[::ffff:0:127.0.0.1]", "[3fff::1]", "localhost.localdomain", "a.localdomain6.", "①②⑦.⓪.⓪.①", "𝟘x7f.1",
        "loc\u00adalhost", "%6c%6f%63alhost", "www.people.com.cn@127.0.0.1", "127.0.0.1\\.people.com.cn",
        "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1%25lo]", "[::ffff:a9fe:a9fe]", "169.254.43518",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_reaches_a_proxy(host: str) -> None:
    guard = Guard(get_crawler())
    with pytest.raises(IgnoreRequest):
        guard.process_request(Request(f"http://{host}/", meta={"proxy": "http://127.0.0.1:1"}))


@pytest.mark.parametrize("host", ["www.people.com.cn", "163.com", "202.99.1.1", "[2400:da00::1]", "a1.0x.cn"])
def test_public_hosts_pass(host: str) -> None:
    Guard(get_crawler()).process_request(Request(f"http://{host}/"))


def test_every_setting_of_the_add_on_reaches_what_reads_it(tmp_path: Path) -> None:
    """Under every command: what a process reads of its settings, and what a crawl does, is what the add-on writes.

    But for what a command sets for itself.
    """
    code = (
        "import sys\n"
        "from scrapy.crawler import AsyncCrawlerProcess\n"
        "from scrapy.utils.project import get_project_settings\n"
        "from crawler.addon import DEFAULTS, SCRAPY\n"
        "from scrapy.cmdline import _get_commands_dict\n"
        "from scrapy import Spider\n"
        "class Some(Spider): name = 'some'\n"
        "commands = _get_commands_dict(get_project_settings(), True)\n"
        "for title, command in commands.items():\n"
        "    settings, own = get_project_settings(), command.default_settings\n"
        "    settings.setdict(own, priority='command')\n"
        "    settings.set('ARCHIVE_DIR', f'{sys.argv[2]}/{title}', priority='cmdline')\n"
        "    process = AsyncCrawlerProcess(settings)\n"
        "    crawler = process.create_crawler(Some)\n"
        "    crawler._apply_settings()\n"
        "    for name in sys.argv[1].split(','):\n"
        "        assert process.settings[name] == SCRAPY[name], (title, name, process.settings[name])\n"
        "    for name, value in {**DEFAULTS, **SCRAPY, **own}.items():\n"
        "        found = crawler.settings[name] if name != 'ARCHIVE_DIR' else value\n"
        "        same = dict(found, **value) == dict(found) if isinstance(value, dict) else found == value\n"
        "        assert same, (title, name, found, value)\n"
        "print(len(commands))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, ",".join(sorted(OF_THE_PROCESS)), str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
        env=os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 20


def test_no_setting_of_the_add_on_is_read_by_the_process_alone() -> None:
    """The settings that Scrapy's process reads itself: those of the add-on among them stand in settings.py too."""
    read = set(
        re.findall(r'self\.settings(?:\.get\w*\(|\[)\s*"([A-Z_]+)"', inspect.getsource(CrawlerProcessBase))
    )

    assert read & set(SCRAPY) == OF_THE_PROCESS
