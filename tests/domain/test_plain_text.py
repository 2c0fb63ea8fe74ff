"""Free texts without the marks that nobody sees and that turn the words around them."""

from __future__ import annotations

import pytest

from dashboard.domain.codes import plain_text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("invented sample data", "invented sample data"),
        ("Øst: æ, ê, \u05d0\u05d1 and 2 < 3", "Øst: æ, ê, \u05d0\u05d1 and 2 < 3"),
        ("\u202egnp.\u2066note\u200f", "gnp.note"),
        ("two\nlines\tand\x00 a bell\x07", "two lines and a bell"),
        ("", ""),
    ],
)
def test_a_free_text_keeps_its_words_and_loses_what_nobody_sees(given, shown):
    assert plain_text(given) == shown
