"""Prints of an article for stories, search and names; they need the article alone and can be made in any process."""

from dataclasses import dataclass

from archive.grouping.texts import Text, whole_day
from archive.search.index import IndexRow
from archive.view.names import in_both, media_in
from extract.article import Article


@dataclass(frozen=True, slots=True)
class Prints:
    """One article's folded text with its grams, and its words.

    `text.kept` are the grams that stories index. `text.folded` is the text that is compared with other texts. `row`
    holds the words for the search index. `names` are the media of its source 来源, each in both scripts.
    """

    text: Text
    row: IndexRow
    names: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, article: Article) -> "Prints":
        """The prints of an article."""
        text = Text(0, article.title, article.text, whole_day(article.published_at))
        text.kept  # noqa: B018 - worked out here, not where it is needed
        names = {name: in_both(name) for name in media_in(article.source or "")}
        return cls(text, IndexRow.of(article.title, article.text), names)
