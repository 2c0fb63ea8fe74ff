"""The gate finds what may not leave in every disguise, and says which rule and nothing else."""

from __future__ import annotations

import base64
import zlib

import pytest

from dashboard.domain.disclosure import Level
from dashboard.errors import DisclosureError
from dashboard.panels.gate import Guarded, require_releasable
from tests.support.canaries import CANARIES, DISGUISES

POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
PAGE = f"<!doctype html><html><head>{POLICY}</head><body>{{}}</body></html>"
RULES_OF_FORM = {
    "no address outside the file": "<p>see //evil.example/a</p>",
    "nothing that is loaded from elsewhere": '<img alt="">',
    "no e-mail address": "<p>quilla@clinic.example</p>",
    "no path of a computer": "<p>/srv/quilla</p>",
    "no script in an attribute": '<p onclick="x()">a</p>',
}


def refusal(content, guarded=Guarded()):  # noqa: B008 - immutable
    with pytest.raises(DisclosureError) as refused:
        require_releasable(content, guarded)
    return str(refused.value)


def test_there_are_forty_canaries_and_no_two_alike():
    assert len(set(CANARIES)) == 40


def test_a_page_that_holds_nothing_of_the_export_passes():
    guarded = Guarded(ids=["C-104", "M-101-1"], texts=list(CANARIES), days=["2026-06-16"])
    require_releasable(PAGE.format("<p>F-7K3Q9A, week 3, 36 of 40</p>"), guarded)


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("canary", CANARIES, ids=range(1, 41))
def test_a_free_text_is_found_in_every_disguise(canary, disguise):
    content = PAGE.format(f'<script type="application/json">["{disguise(canary)}"]</script>')
    said = refusal(content, Guarded(texts=[canary]))
    assert "Nothing has left" in said
    assert canary not in said
    assert "uilla" not in said


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("guarded", ["ids", "days"])
def test_an_id_and_a_day_are_found_in_every_disguise(guarded, disguise):
    word = {"ids": "M-101-1", "days": "2026-06-16"}[guarded]
    content = PAGE.format(f"<p>{disguise(word)}</p>")
    assert "no id or day of the export" in refusal(content, Guarded(**{guarded: [word]}))


def test_a_text_is_found_in_a_packed_text_within_a_packed_text():
    inner = base64.b64encode(b"<p>Quillabeth Ossendrijver</p>")
    outer = base64.b64encode(zlib.compress(b"&quot;Quillabeth&#32;Ossendrijver")).decode()
    for packed in (inner.decode(), outer):
        guarded = Guarded(texts=["Quillabeth Ossendrijver"])
        assert "no free text" in refusal(PAGE.format(packed), guarded)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
def test_a_text_is_found_in_packed_bytes_of_any_encoding(encoding):
    packed = base64.b64encode(zlib.compress("Zoë D'Arcy-Müller".encode(encoding))).decode()
    guarded = Guarded(texts=["Zoë D'Arcy-Müller"])
    assert "no free text" in refusal(PAGE.format(packed), guarded)


def columns(content):
    """The packed columns of a page, as text or as bytes."""
    if isinstance(content, bytes):
        content = base64.b64encode(zlib.compress(content, 9)).decode()
    return f'<script type="application/json" id="columns">"{content}"</script>'


def test_three_signs_in_packed_numbers_are_chance_and_no_id():
    """As base64 half a megabyte holds /T11/ somewhere; as bytes it may hold T, 1 and 1."""
    numbers = bytes([0, 1, 2, *b"\xfeT11\xfe", *range(200)])
    require_releasable(PAGE.format(columns(numbers)), Guarded(ids=["T11"], texts=["Anna"]))
    packed = base64.b64encode(zlib.compress(numbers, 9)).decode()
    as_text = next(part for part in packed.replace("+", "/").split("/") if len(part) >= 3)
    require_releasable(PAGE.format(columns(numbers)), Guarded(ids=[as_text], texts=[as_text]))
    assert "no id" in refusal(PAGE.format("<p>T11</p>"), Guarded(ids=["T11"]))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
def test_a_name_and_an_id_among_packed_numbers_are_found(encoding):
    for guarded, word in ((Guarded(texts=["Quillabeth"]), "quillabeth"),
                          (Guarded(ids=["M-101-1"]), " M-101-1 ")):  # fmt: skip
        content = bytes([255, 254, *range(128)]) + word.encode(encoding) + bytes([0, 200])
        assert "of the export" in refusal(PAGE.format(columns(content)), guarded)


@pytest.mark.parametrize("content", ["Quillabeth", "", "eJwBBQD6/1F1aWxsBHYCCQ==QUJD"])
def test_columns_that_are_anything_but_packed_numbers_are_refused(content):
    assert "packed numbers" in refusal(PAGE.format(columns(content)))


def test_bytes_behind_the_packed_numbers_are_refused():
    packed = base64.b64encode(zlib.compress(b"numbers") + b"Quillabeth").decode()
    assert "packed numbers" in refusal(PAGE.format(columns(packed)))


@pytest.mark.parametrize("rule", RULES_OF_FORM)
def test_what_no_file_may_hold_is_named_by_its_rule(rule):
    said = refusal(PAGE.format(RULES_OF_FORM[rule]))
    assert rule in said
    assert "quilla" not in said


def test_a_page_without_a_policy_that_forbids_everything_is_refused():
    assert "policy" in refusal("<!doctype html><html><body></body></html>")


def test_an_id_at_the_end_of_a_sentence_is_found():
    assert "no id" in refusal(PAGE.format("<p>Talk about C-104.</p>"), Guarded(ids=["C-104"]))


def test_a_line_that_ends_in_a_colon_is_no_path():
    require_releasable(PAGE.format('<p>["read as follows:\\n-- one"]</p>'), Guarded())
    said = refusal(PAGE.format("<p>c:\\quilla\\notes</p>"))
    assert "no path of a computer" in said


def test_an_id_inside_a_longer_word_is_another_word():
    require_releasable(PAGE.format("<p>AC-104 and C-1040</p>"), Guarded(ids=["C-104"]))


def test_the_icon_of_the_board_and_its_own_scripts_are_passed_over():
    icon = '<link rel="icon" href="data:image/svg+xml,a" type="image/svg+xml">'
    own = ["a{b:url(//x.example)}", "see('//evil.example/x')"]
    said = "<style>{}</style><script>{}</script>".format(*own)
    require_releasable(PAGE.format(icon + said), Guarded(), own)
    assert "no address" in refusal(PAGE.format(icon + said))
    assert "but the board's own" in refusal(PAGE.format("<script>ran = 1</script>"))


def test_the_group_itself_may_see_its_ids_and_days_but_no_free_text():
    guarded = Guarded(ids=["C-104"], texts=["Quillabeth"], days=["2026-06-16"])
    at_home = guarded.at(Level.SUPERVISION)
    require_releasable(PAGE.format("<p>C-104 on 2026-06-16</p>"), at_home)
    assert "no free text" in refusal(PAGE.format("<p>quillabeth</p>"), at_home)
    assert guarded.at(Level.SNAPSHOT) == guarded
    assert guarded.at(Level.OUTSIDE) == guarded
