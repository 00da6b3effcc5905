"""Python's garbage collector in a process that reads or fetches pages."""

import gc

YOUNG = 5000
"""New objects after which garbage is looked for; a page read makes thousands, and Python looks after every 700."""


def settle() -> None:
    """Look for garbage more rarely, and not among what is loaded by now: that took a sixth of a crawl's CPU."""
    gc.set_threshold(YOUNG)
    if not gc.get_freeze_count():
        gc.freeze()
