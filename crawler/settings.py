"""Settings of the project; `scrapy crawl … -s NAME=VALUE` overrules each. docs/settings.md explains ours."""

import sys
from pathlib import Path

from archive import patterns
from crawler.terminal import typed

if typed.program(sys.argv):
    patterns.keep()

BOT_NAME = "zhuanzai"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = typed.to_load(sys.argv)
ADDONS = {"crawler.addon.Zhuanzai": 100}

# Where the archive stands: archive.db, warc/, jobs/. Relative paths start at the working directory.
ARCHIVE_DIR = str(Path("data"))

# Who runs this crawler: a page or an address for the webmasters whose logs it appears in.
ZHUANZAI_CONTACT = ""

# The add-on says the same, but comes too late for what a process sets up before its crawls.
TWISTED_DNS_RESOLVER = "crawler.fetch.guard.PublicResolver"
