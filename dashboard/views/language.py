"""One translator per session, from gettext catalogues."""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

CATALOGUES = Path(__file__).with_name("locale")
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """Words and dates of one language; passed to views, never a global.

    Attributes:
        code: Language code, for instance ``en`` or ``nb``.
        translate: Looks a sentence up; the sentence itself where no translation exists.
        plural: Looks a sentence up by number (one, many, count).
    """

    code: str
    translate: Callable[[str], str]
    plural: Callable[[str, str, int], str]

    def __call__(self, message: str) -> str:
        """Return the sentence in this language."""
        return self.translate(message)

    def short_date(self, day: dt.date) -> str:
        """Return a day as the axis says it, for instance ``16 Nov``."""
        return _short_date(day, self.code)

    def long_date(self, day: dt.date) -> str:
        """Return a day with its year, for instance ``16 Nov 2026``."""
        return _long_date(day, self.code)

    def export_date(self, day: dt.date) -> str:
        """Return the day of an export, which is about nobody and is said in full everywhere."""
        return Language.long_date(self, day)

    def week_of(self, monday: dt.date) -> str:
        """Return what a week is called, by its Monday."""
        return self("week of {day}").format(day=self.long_date(monday))

    def number(self, value: float, *, signed: bool = False) -> str:
        """Return a score as it is shown: no trailing zeros, a true minus, a sign if asked."""
        text = _figures(abs(value), self.code)
        sign = "−" if value < 0 else "+" if signed and value > 0 else ""
        return sign + text

    def month(self, day: dt.date) -> str:
        """Return the short name of a day's month."""
        return _month(day, self.code)

    def month_of_year(self, day: dt.date) -> str:
        """Return a day's month with its year, for instance ``Nov 2026``."""
        return f"{self.month(day)} {day.year}"


def languages() -> list[str]:
    """Return the codes of the languages that can be shown, English first."""
    found = sorted(folder.name for folder in CATALOGUES.glob("*/") if folder.is_dir())
    return [DEFAULT, *(code for code in found if code != DEFAULT)]


@cache
def language(code: str = DEFAULT) -> Language:
    """Return the words of a language; English where the code is not one that is shown."""
    if code not in languages():
        code = DEFAULT
    catalogue = CATALOGUES / code / "LC_MESSAGES" / "board.po"
    if not catalogue.is_file():
        plain = gettext.NullTranslations()
        return Language(code, plain.gettext, plain.ngettext)
    compiled = io.BytesIO()
    with catalogue.open("rb") as text:
        write_mo(compiled, read_po(text, locale=code))
    compiled.seek(0)
    words = gettext.GNUTranslations(compiled)
    return Language(code, words.gettext, words.ngettext)


@cache
def own_words() -> str:
    """Return every sentence of the board in every language, lower case, as one text.

    A word of an export that stands in it cannot be told from the board's own.
    """
    files = [*CATALOGUES.glob("*.pot"), *CATALOGUES.glob("*/LC_MESSAGES/*.po")]
    sentences = []
    for file in sorted(files):
        with file.open("rb") as text:
            for message in read_po(text):
                for said in (message.id, message.string):
                    sentences += [said] if isinstance(said, str) else list(said or ())
    return "\n".join(sentences).lower()


@lru_cache(maxsize=4_096)
def _figures(value: float, code: str) -> str:
    return str(format_decimal(value, format="0.##", locale=_locale(code)))


@lru_cache(maxsize=4_096)
def _short_date(day: dt.date, code: str) -> str:
    if code == DEFAULT:
        return str(format_date(day, "d MMM", locale="en"))
    return str(format_skeleton("MMMd", day, locale=_locale(code)))


@lru_cache(maxsize=4_096)
def _long_date(day: dt.date, code: str) -> str:
    if code == DEFAULT:
        return str(format_date(day, "d MMM y", locale="en"))
    return str(format_date(day, format="medium", locale=_locale(code)))


@lru_cache(maxsize=4_096)
def _month(day: dt.date, code: str) -> str:
    return str(format_date(day, format="LLL", locale=code))


@cache
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code)
    except UnknownLocaleError:
        return Locale.parse(DEFAULT)
