"""Four later generators of transmissions, each written from the task before the model was read again, and a table.

In: a seed and a habit of newsrooms.
Out: stories whose way is known, what of it can be known, and counts of what a method finds.
"""

import tomllib
from pathlib import Path

WORDS: dict[str, dict[str, list[str]]] = {
    name: {key: words.split() for key, words in part.items()}
    for name, part in tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")).items()
}
"""The words of each generator."""
