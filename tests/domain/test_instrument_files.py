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
    { id = "bond", items = [2], min = 0, max = 8, reliability = 0.8, reliability_source = "Ours" },
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

    assert (bond.minimum, bond.maximum) == (0, 8)
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
            "a word is not in its list ('mood' is not a valid",
        ),
        (
            changed('"self", ', '"aunt", '),
            "a word is not in its list ('aunt' is not a valid",
        ),
        (
            changed('id = "bond"', 'id = "warmth"'),
            "a word is not in its list ('warmth' is not",
        ),
        (changed('id = "bond", ', ""), "instrument 'our_check', scale '?': missing ['id']"),
        (HEAD + OURS.partition("scales")[0] + "scales = 3", "'scales' takes a list of tables"),
        (HEAD + OURS.partition("scales")[0] + "scales = [3]", "'scales' takes a list of tables"),
        (changed("items = [2]", "items = 2"), "scale 'bond': 'items' takes a list of whole"),
        (changed("items = [2]", "items = [[2]]"), "scale 'bond': 'items' takes a list of whole"),
        (changed("item_min = 1", "item_min = []"), "'item_min' takes a number; found a list"),
        (changed("item_min = 1", 'item_min = "one"'), "'item_min' takes a number; found a text"),
        (changed("item_min = 1", "item_min = true"), "'item_min' takes a number; found true or"),
        (
            changed("item_count = 3", 'item_count = "3"'),
            "'item_count' takes a whole number; found a text",
        ),
        (changed('["self", "therapist"]', "3"), "'perspectives' takes a list of words, each once"),
        (changed('"higher_is_better"', "[3]"), "'direction' takes one of"),
        (changed("item_min = 1\n", ""), "scale 'total': give 'min' and 'max', or items with"),
        (changed("item_max = 7\n", ""), "scale 'total': give 'min' and 'max', or items with"),
        (changed("min = 0, max = 8", "min = 8, max = 0"), "scale 'bond': give 'min' and 'max'"),
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


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "bond"', 'id = "total"', "'our_check': scale 'total' stands twice. Give each"),
        ("item_max = 7", "item_max = nan", "'our_check': 'item_max' takes a finite number"),
        ("item_min = 1", "item_min = -inf", "'our_check': 'item_min' takes a finite number"),
        ("item_max = 7", f"item_max = 1{400 * '0'}", "'item_max' takes a finite number"),
        ("max = 8", "max = inf", "scale 'bond': 'max' takes a finite number"),
        ("item_max = 7", "item_max = 1e308", "scale 'total': give 'min' and 'max', or items"),
        ("reliability = 0.8", "reliability = nan", "'reliability' takes a finite number"),
        ("item_count = 3", 'true_zero = "no"', "'true_zero' takes true or false, without quot"),
        ("items = [1, 2, 3]", "items = [1.7]", "scale 'total': 'items' takes a list of whole"),
        ("items = [1, 2, 3]", "items = [true]", "scale 'total': 'items' takes a list of whole"),
        ("reversed = [2]", "reversed = [2.0]", "'reversed' takes a list of whole numbers"),
        ("item_count = 3", "item_count = 3.0", "'item_count' takes a whole number; found a num"),
        ("item_count = 3", "item_count = -3", "'item_count' takes a whole number from 0 to 1000"),
        ("item_count = 3", "itemcount = 3", "'our_check': there is no key 'itemcount'. The keys"),
        ("reversed = [2]", "reverse = [2]", "scale 'total': there is no key 'reverse'. The keys"),
        ('"Our check"', "2024-01-01", "'name' takes a text; found a date or a time"),
        ('"The service\'s own form of 2024"', "2024-01-01", "'source' takes a text; found a date"),
        ('source = "Ours"', "source = 2024", "'reliability_source' takes a text; found a whole"),
        ('"therapist"]', '"self"]', "'perspectives' takes a list of words, each once"),
        ('"therapist"]', "3]", "'perspectives' takes a list of words, each once"),
        ("items = [2]", 'target = "house", items = [2]', "'target' takes one of ['member', 'fam"),
        ("min = 0", "min = 2", "scale 'bond': 'min' lies above the lowest sum of its items"),
        ("max = 8", "max = 6", "scale 'bond': 'max' lies below the highest sum of its items"),
        ("item_count = 3", 'family = "our forms"', "'our_check': 'family' takes 1 to 32 letters"),
        ("item_count = 3", "family = 3", "'our_check': 'family' takes 1 to 32 letters, digits"),
        ('id = "bond"', 'id = "<b>"', "a word is not in its list ('<b>' is not a valid Scale"),
        ("[[instrument]]", "notes = 3\n[[instrument]]", "ours.toml: there is no key 'notes'"),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused_by_its_key(tmp_path, old, new, words):
    with pytest.raises(RegistryError, match=re.escape(words)):
        load_registry(written(tmp_path, changed(old, new)))


@pytest.mark.parametrize("end", ["item_min = 1\n", "item_max = 7\n"])
def test_scored_items_need_a_lowest_and_a_highest_answer(tmp_path, end):
    text = changed(end, "").replace("reversed = [2]", "min = 0, max = 21")

    with pytest.raises(RegistryError, match="'our_check': scored items need 'item_min' and"):
        load_registry(written(tmp_path, text))


def test_a_file_that_is_nested_without_end_is_refused(tmp_path):
    text = HEAD + "deep = " + 100_000 * "["

    with pytest.raises(RegistryError, match=r"ours\.toml: not valid TOML \(nested too deeply\)"):
        load_registry(written(tmp_path, text))


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
