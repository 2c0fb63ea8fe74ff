"""No text from an export may reach a place that a browser reads as markup or as a program.

In Python: only constants, our own sentences and escaped text go into a pane that renders markup.
In templates and scripts: nothing turns escaping off, writes HTML from text, or evaluates text. One
line of the page's module puts the pieces it made of escaped text into their places.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.support.repository import PACKAGE, place, python_files, syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

SINKS = {"HTML", "Markdown", "Alert", "Str", "StaticText", "TooltipIcon", "ChatMessage", "Markup"}
TEXT_ARGUMENTS = {"object", "value", "name", "title", "description"}
ESCAPING = {"escape", "render"}
OUR_SENTENCES = {"language", "translate", "gettext", "_"}
WRITES_MARKUP = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc)\b"
    r"|\beval\s*\(|new\s+Function\b|javascript:"
)
ONE_OUTLET = "dashboard/panels/assets/engine/page.js"
ESCAPING_OFF = re.compile(r"\|\s*safe\b|autoescape\s+false")


def called_name(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def is_safe(value: ast.expr) -> bool:
    """Return whether a value is a constant, a sentence of ours, or escaped text."""
    match value:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.Call(args=arguments):
            name = called_name(value)
            return name in ESCAPING or (name in OUR_SENTENCES and all(map(is_safe, arguments)))
        case ast.JoinedStr() | ast.FormattedValue() | ast.BinOp() | ast.IfExp():
            return all(is_safe(part) for part in parts_of(value))
    return False


def parts_of(value: ast.expr) -> list[ast.expr]:
    """Return what a text is put together from; the test of a choice is no part of it."""
    match value:
        case ast.JoinedStr(values=parts):
            return parts
        case ast.FormattedValue(value=inner):
            return [inner]
        case ast.BinOp(left=left, right=right):
            return [left, right]
    return [value.body, value.orelse]


def sink_arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call puts where markup is rendered; nothing for any other call."""
    if called_name(call) in SINKS:
        yield from call.args
        yield from (each.value for each in call.keywords if each.arg in TEXT_ARGUMENTS | {None})


def dynamic_markup(tree: ast.Module) -> list[str]:
    """Return the expressions that would reach a browser as markup."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [value for call in calls for value in sink_arguments(call)]
    if given:
        given += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and any(isinstance(to, ast.Attribute) and to.attr == "object" for to in node.targets)
        ]
    return [ast.unparse(value) for value in given if not is_safe(value)]


def test_no_pane_that_renders_markup_is_given_text_from_data():
    found = {place(file): dynamic_markup(syntax(file)) for file in python_files("dashboard")}

    assert {file: values for file, values in found.items() if values} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("pn.pane.HTML(family)", ["family"]),
        ("pn.pane.Markdown(f'<b>{label}</b>')", ["f'<b>{label}</b>'"]),
        ("pn.widgets.StaticText(name=label, value='x')", ["label"]),
        ("Alert('Kind: ' + kind)", ["'Kind: ' + kind"]),
        ("Markup(rows[0])", ["rows[0]"]),
        ("HTML(**settings)", ["settings"]),
        ("pane = HTML('')\npane.object = label", ["label"]),
        ("language(label); HTML(language(label))", ["language(label)"]),
        ("pn.pane.HTML('<h1>Alliance</h1>', name=TITLE)", []),
        ("HTML(f'<b>{escape(label)}</b>')", []),
        ("HTML(template.render(label=label))", []),
        ("Markup('<b>{}</b>').format(label)", []),
        ("Markup('').join(cells)", []),
        ("Markdown(language('No case is chosen.'))", []),
        ("HoloViews(figure).object = figure", []),
        ("pn.widgets.Select(name=label)", []),
    ],
)
def test_the_rule_on_panes_finds_what_it_is_for(code, found):
    assert dynamic_markup(ast.parse(code)) == found


def asset_lines(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    files = sorted(file for file in PACKAGE.rglob("*") if file.suffix in suffixes)
    return [
        f"{place(file)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_script_writes_markup_or_evaluates_text_but_at_the_one_outlet():
    found = asset_lines(WRITES_MARKUP, ".js", ".html")
    at_the_outlet = [line for line in found if line.startswith(f"{ONE_OUTLET}:")]

    assert [line for line in found if line not in at_the_outlet] == []
    assert len(at_the_outlet) <= 1


def test_no_template_turns_escaping_off():
    assert asset_lines(ESCAPING_OFF, ".html", ".jinja", ".j2") == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (WRITES_MARKUP, "cell.innerHTML = row.label"),
        (WRITES_MARKUP, "const run = new Function(code)"),
        (WRITES_MARKUP, "eval (code)"),
        (WRITES_MARKUP, '<a href="javascript:go()">'),
        (ESCAPING_OFF, "{{ label | safe }}"),
        (ESCAPING_OFF, "{% autoescape false %}"),
    ],
)
def test_the_rules_on_assets_find_what_they_are_for(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize(
    "text", ["cell.textContent = row.label", "{{ label }}", "retrieval (code)"]
)
def test_the_rules_on_assets_leave_plain_text_alone(text):
    assert not WRITES_MARKUP.search(text)
    assert not ESCAPING_OFF.search(text)
