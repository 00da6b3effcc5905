"""Prints of a text for stories and search; they need the text alone and can be made in any process."""

from dataclasses import dataclass

from archive.grouping.texts import Text, whole_day
from archive.search.index import IndexRow
from extract.article import Article


@dataclass(frozen=True, slots=True)
class Prints:
    """One article's folded text with its grams, and its words.

    `text.kept` are the grams that stories index. `text.folded` is the text that is compared with other texts. `row`
    holds the words for the search index.
    """

    text: Text
    row: IndexRow

    @classmethod
    def of(cls, article: Article) -> "Prints":
        """The prints of an article."""
        text = Text(0, article.title, article.text, whole_day(article.published_at))
        text.kept  # noqa: B018 - worked out here, not where it is needed
        return cls(text, IndexRow.of(article.title, article.text))
