"""What stories and search are given of a text: worked out of it alone, in any process."""

from dataclasses import dataclass

from archive.grouping.texts import Text
from archive.search.index import IndexRow
from extract.article import Article


@dataclass(frozen=True, slots=True)
class Prints:
    """One article's folded text with its grams, and its words.

    `text.kept` are the grams that stories index, `text.folded` is what two texts are compared by; `row` is what
    search indexes.
    """

    text: Text
    row: IndexRow

    @classmethod
    def of(cls, article: Article) -> "Prints":
        """The prints of an article as it was read."""
        day = article.published_at[:10] if article.published_at else None
        text = Text(0, article.title, article.text, day)
        text.kept  # noqa: B018 - worked out here, not where it is needed
        return cls(text, IndexRow.of(article.title, article.text))
