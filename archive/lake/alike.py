"""An archive's stories, for a lake that takes in only further copies of them."""

from pathlib import Path
from types import TracebackType
from typing import Self

from archive.errors import WrongUse
from archive.grouping.stories import Stories
from archive.grouping.texts import prepared, whole_day
from archive.view.store import DATABASE, Store


class HeldStories:
    """An archive opened for reading only."""

    def __init__(self, folder: Path) -> None:
        """Open the archive in a folder. Raises WrongUse if there is none, or none with an article."""
        if not (folder / DATABASE).exists():
            raise WrongUse(f"--like {folder}: no archive there, or not one that every worker sees")
        self._store = Store(folder / DATABASE, read_only=True)
        self._stories = Stories(self._store.conn)
        if not self._store.conn.execute("SELECT EXISTS (SELECT 1 FROM articles)").fetchone()[0]:
            self._store.close()
            raise WrongUse(f"--like {folder}: no article in it")

    def __enter__(self) -> Self:
        self._store.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.__exit__(kind, error, trace)

    def has_page(self, url: str, digest: str) -> bool:
        """Whether the archive has a capture of this address with this payload digest."""
        row = self._store.conn.execute(
            "SELECT 1 FROM captures WHERE url = ? AND payload_digest = ?", [url, digest]
        ).fetchone()
        return row is not None

    def has_story(self, title: str | None, text: str, published_at: str | None) -> bool:
        """Whether the archive has an article with this text, by its own proof, or an article that the text contains."""
        pairs = self._stories.look_up_text(prepared(0, title, text, whole_day(published_at)))
        return any(pair.is_same or pair.holds_known for pair in pairs)
