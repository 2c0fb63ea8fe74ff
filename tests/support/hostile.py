"""Texts that would run in a browser if any of them ever became markup."""

from __future__ import annotations

HOSTILE = (
    '<img src=x onerror="globalThis.ran=1">',
    "<img src=x onerror=globalThis.ran=1>",
    "</script><script>globalThis.ran=1</script>",
    "\"><svg onload='globalThis.ran=1'>",
    "' onmouseover='globalThis.ran=1' x='",
    '" autofocus onfocus="globalThis.ran=1" x="',
    "&lt;img src=x onerror=globalThis.ran=1&gt;",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "[name](javascript:globalThis.ran=1)",
    "{{ 7 * 7 }}{% raw %}${globalThis.ran=1}",
    "<style>*{background:url(//evil.test)}</style>",
    "\u202e<a href=javascript:globalThis.ran=1>x</a>\u2028",
)
"""Shapes of the matrix in the security notes: one alone can look harmless where another runs."""

EVERY_SHAPE = " ".join(HOSTILE)

PARTS_THAT_RUN = """html => {
    const box = document.createElement("template");
    box.innerHTML = html;
    const found = [];
    for (const element of box.content.querySelectorAll("*")) {
        if (/^(img|script|svg|iframe|style|object|embed|link|form|meta)$/i.test(element.localName))
            found.push(element.localName);
        for (const {name, value} of element.attributes)
            if (name.startsWith("on") || name === "autofocus" || /^javascript:/i.test(value))
                found.push(`${element.localName}[${name}]`);
    }
    return found;
}"""
"""What of a piece of markup could run, or fetch, once it stands in a page."""
