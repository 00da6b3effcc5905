"""What crawler/render/browser.py needs of scrapy-playwright's handler; a failing test names what changed.

After an update that breaks one of these: read the handler, mend browser.py, let test_rendering.py decide.
"""

import dataclasses
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import scrapy_playwright
from scrapy.settings import Settings
from scrapy_playwright.handler import Config
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler as Handler
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.render import browser


def source(thing: Callable[..., Any] | type) -> str:
    return textwrap.dedent(inspect.getsource(thing))


def test_it_is_the_release_that_was_read() -> None:
    assert scrapy_playwright.__version__ == "0.0.48"


def test_every_request_of_a_page_goes_to_the_handler_that_one_method_makes() -> None:
    asked = source(Handler._download_request_with_retry)

    assert 'await page.route(\n        "**",\n        self._make_request_handler(' in asked
    assert "context_name=context_name," in asked
    assert "async def _request_handler(route: Route, playwright_request: PlaywrightRequest)" in source(
        Handler._make_request_handler
    )
    assert asked.index("page.route(") < asked.index("_maybe_execute_page_init_callback(")
    assert asked.index("page.route(") < asked.index("_download_request_with_page(")


def test_the_handler_takes_the_browser_that_is_there() -> None:
    assert 'if not hasattr(self, "browser"):' in source(Handler._maybe_launch_browser)
    assert "self.browser.new_context(**context_kwargs)" in source(Handler._create_browser_context)


def test_nothing_is_started_before_it_is_needed() -> None:
    assert "_launch()" not in source(Handler.__init__)
    assert "signals.engine_started" in source(Handler.__init__)


def test_the_configuration_has_the_fields_that_are_overruled() -> None:
    fields = {field.name for field in dataclasses.fields(Config)}

    overruled = {"cdp_url", "connect_url", "browser_type_name", "launch_options", "max_contexts"}
    assert overruled | {"use_threaded_loop"} <= fields
    assert "self.browser_type.launch(**self.config.launch_options)" in source(PlaywrightBrowserProvider)


def test_a_page_is_handed_over_and_its_context_can_be_closed() -> None:
    assert 'request.meta["playwright_page"] = page' in source(Handler._download_request_with_page)
    assert "self.context_wrappers.pop(name, None)" in source(Handler._make_close_browser_context_callback)


def test_no_setting_leads_to_a_browser_elsewhere() -> None:
    elsewhere = {"PLAYWRIGHT_CDP_URL": "http://10.0.0.1:9222", "PLAYWRIGHT_BROWSER_TYPE": "firefox"}
    config = browser.without_network(Settings(elsewhere), "/usr/bin/chromium")

    assert (config.cdp_url, config.connect_url, config.browser_type_name) == (None, None, "chromium")
    assert config.launch_options["executable_path"] == "/usr/bin/chromium"
    assert set(browser.FLAGS) <= set(config.launch_options["args"])
    assert config.launch_options["handle_sigint"] is False  # Ctrl-C is ours to answer
