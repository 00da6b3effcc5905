"""The reading room's own words, in English and in Chinese."""

import tomllib
from importlib import resources

from archive import chinese

LANGUAGES = {"en": "English", "zh": "中文"}

_LABELS: dict[str, list[str]] = tomllib.loads(
    resources.files("archive.browse").joinpath("labels.toml").read_text(encoding="utf-8")
)


def language_of(cookie: str | None, accept: str) -> str:
    """The language in the cookie, else the first of LANGUAGES that the browser accepts, else English."""
    if cookie in LANGUAGES:
        return cookie
    wanted = [part.split(";")[0].strip().lower()[:2] for part in accept.split(",")]
    return next((code for code in wanted if code in LANGUAGES), "en")


class Labels:
    """The words of one language. A call takes a key and the values of the label's {named} fields."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = list(LANGUAGES).index(language)

    def of(self, n: int, key: str) -> str:
        """The label of a number; `{n}` in the label is the number. For 1 it is the label `key-one` if there is one."""
        one = f"{key}-one"
        return self(one if n == 1 and one in _LABELS else key, n=f"{n:,}")

    def noted(self, text: str) -> str:
        """What a note, a doubt, a failure or an ending says, which the archive holds in English."""
        return chinese.of_archive().said(text) if self.language == "zh" else text

    def alarm(self, kind: str) -> str:
        """An alarm's kind, and in Chinese its meaning behind it."""
        meaning = chinese.table("alarms").rows.get(kind) if self.language == "zh" else None
        return f"{kind}（{meaning}）" if meaning else kind

    def __call__(self, key: str, **values: object) -> str:
        """The label of a key. A key that labels.toml lacks is returned itself, so that new values of the data show."""
        label = _LABELS[key][self._column] if key in _LABELS else key
        return label.format(**values) if values else label
