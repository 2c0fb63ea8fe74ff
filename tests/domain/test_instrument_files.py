"""A service's own instrument file: it loads, or says in words what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dashboard.domain.instruments import load_registry, shipped_registry
from dashboard.domain.vocabulary import Kind, Perspective, Scale
from dashboard.errors import RegistryError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'format = "alliance-instruments"\nversion = 1\n'
OURS = """
[[instrument]]
id = "our_check"
name = "Our check"
kind = "session_item"
perspectives = ["self", "therapist"]
direction = "higher_is_better"
scoring = "items"
item_count = 3
item_min = 1
item_max = 7
source = "The service's own form of 2024"
scales = [
    { id = "total", items = [1, 2, 3], reversed = [2] },
    { id = "bond", items = [2], min = 2, max = 6, reliability = 0.8, reliability_source = "Ours" },
]
"""


def written(folder: Path, text: str, name: str = "ours.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def changed(old: str, new: str) -> str:
    assert old in OURS
    return HEAD + OURS.replace(old, new)


def test_an_instrument_of_a_service_stands_beside_the_shipped_ones(tmp_path):
    registry = load_registry(written(tmp_path, HEAD + OURS))
    ours = registry["our_check"]

    assert list(registry.instruments) == [*shipped_registry().instruments, "our_check"]
    assert ours.kind == Kind.SESSION_ITEM
    assert ours.perspectives == (Perspective.SELF, Perspective.THERAPIST)
    assert (ours.family, ours.family_name, ours.title) == ("our_check", "Our check", "Our check")
    assert ours.scale("total").reversed_items == (2,)
    assert (ours.scale("total").minimum, ours.scale("total").maximum) == (3 * 1, 3 * 7)


def test_a_declared_range_and_a_figure_with_its_source_are_kept(tmp_path):
    bond = load_registry(written(tmp_path, HEAD + OURS))["our_check"].scale(Scale.BOND)

    assert (bond.minimum, bond.maximum) == (2, 6)
    assert (bond.reliability, bond.reliability_source) == (0.8, "Ours")


def test_another_definition_gives_another_fingerprint(tmp_path):
    ours = load_registry(written(tmp_path, HEAD + OURS))
    again = load_registry(written(tmp_path, HEAD + OURS, name="again.toml"))
    other = load_registry(written(tmp_path, changed("reversed = [2]", "reversed = [3]")))

    assert ours.fingerprint == again.fingerprint
    assert len({shipped_registry().fingerprint, ours.fingerprint, other.fingerprint}) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[instrument", "ours.toml: not valid TOML"),
        ("version = 1\n" + OURS, 'expected format = "alliance-instruments" and version = 1'),
        (HEAD.replace("1", "2") + OURS, 'expected format = "alliance-instruments" and version = 1'),
        (HEAD, r"expected at least one [[instrument]] table; found none"),
        (HEAD + "instrument = 3", r"expected at least one [[instrument]] table; found none"),
        (HEAD + "instrument = [3]", r"expected at least one [[instrument]] table; found none"),
        (changed('"our_check"', '"our check"'), "instrument '?': 'id' takes 1 to 32 letters"),
        (changed('id = "our_check"\n', ""), "instrument '?': 'id' takes 1 to 32 letters"),
        (changed('"our_check"', '"srs"'), "instrument 'srs' is defined twice (or ships"),
        (changed('name = "Our check"\n', ""), "instrument 'our_check': missing ['name']"),
        (changed('source = "The service\'s own form of 2024"\n', ""), "missing ['source']"),
        (changed('"items"', '"guessed"'), "'scoring' takes one of ['items', 'ratings', 'refused']"),
        (changed('"items"', '"refused"'), "missing ['refusal']"),
        (changed("higher_is_better", "upwards"), "'direction' takes one of ['higher_is_stronger'"),
        (
            changed('"session_item"', '"mood"'),
            "a word is not in its list, or a value not of its kind ('mood' is not a valid",
        ),
        (
            changed('"self", ', '"aunt", '),
            "a word is not in its list, or a value not of its kind ('aunt' is not a valid",
        ),
        (
            changed('id = "bond"', 'id = "warmth"'),
            "a word is not in its list, or a value not of its kind ('warmth' is not",
        ),
        (changed('id = "bond", ', ""), "instrument 'our_check', scale '?': missing ['id']"),
        (HEAD + OURS.partition("scales")[0] + "scales = 3", "'scales' takes a list of tables"),
        (HEAD + OURS.partition("scales")[0] + "scales = [3]", "'scales' takes a list of tables"),
        (changed("items = [2]", "items = 2"), "or a value not of its kind"),
        (changed("items = [2]", "items = [[2]]"), "or a value not of its kind"),
        (changed("item_min = 1", "item_min = []"), "or a value not of its kind"),
        (changed("item_min = 1", 'item_min = "one"'), "or a value not of its kind"),
        (changed("item_count = 3", 'item_count = "many"'), "or a value not of its kind"),
        (changed('["self", "therapist"]', "3"), "or a value not of its kind"),
        (changed('"higher_is_better"', "[3]"), "'direction' takes one of"),
        (changed("item_min = 1\n", ""), "scale 'total': give 'min' and 'max', or items with"),
        (changed("item_max = 7\n", ""), "scale 'total': give 'min' and 'max', or items with"),
        (changed("min = 2, max = 6", "min = 6, max = 2"), "scale 'bond': give 'min' and 'max'"),
        (changed("items = [1, 2, 3]", "items = []"), "scale 'total': give 'min' and 'max'"),
        (changed("items = [2]", "items = []"), "scale 'bond': 'items' takes numbers of 1 to"),
        (changed("[1, 2, 3]", "[1, 2, 4]"), "scale 'total': 'items' takes numbers of 1 to"),
        (changed("[1, 2, 3]", "[1, 2, 2]"), "scale 'total': 'items' takes numbers of 1 to"),
        (changed("item_count = 3", ""), "scale 'total': 'items' takes numbers of 1 to"),
        (
            changed("reversed = [2]", "reversed = [4]"),
            "'reversed' may only name items of the scale",
        ),
        (changed(', reliability_source = "Ours"', ""), "'reliability' needs 'reliability_source'"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place_and_a_remedy(tmp_path, text, words):
    with pytest.raises(RegistryError, match=re.escape(words)) as raised:
        load_registry(written(tmp_path, text))

    assert str(raised.value).startswith("ours.toml: ")
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize("figure", ["cutoff", "sd"])
def test_no_figure_is_taken_without_its_source(tmp_path, figure):
    text = changed('reliability = 0.8, reliability_source = "Ours"', f"{figure} = 3.5")

    with pytest.raises(RegistryError, match=f"'{figure}' needs '{figure}_source'; no figure"):
        load_registry(written(tmp_path, text))


def test_a_file_that_is_missing_or_no_text_is_refused_by_name_only(tmp_path):
    (tmp_path / "picture.toml").write_bytes(b"\xff\xfe\x00")

    for name in ("picture.toml", "nowhere.toml"):
        with pytest.raises(RegistryError, match=f"^{name}: an instrument file is a readable UTF-8"):
            load_registry(tmp_path / name)


def test_a_file_of_ratings_needs_no_items(tmp_path):
    text = changed('scoring = "items"', 'scoring = "ratings"')
    text = text.replace("items = [1, 2, 3], reversed = [2]", 'target = "family", min = -3, max = 3')

    total = load_registry(written(tmp_path, text))["our_check"].scale("total")

    assert (total.items, total.minimum, total.maximum, total.target) == ((), -3, 3, "family")
