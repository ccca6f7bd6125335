"""The frame of the pages that an issuer writes for people: self-contained, escaped, also to be printed."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final, NewType

from vcwallet.characters import visible

Html = NewType("Html", str)
"""Text that is HTML already."""

_STYLE: Final = """
:root{--ink:#16202c;--soft:#5b6877;--line:#d9dfe6;--mark:#1c5d99;--paper:#fff}
*{box-sizing:border-box}
body{margin:0;background:#f2f4f7;color:var(--ink);
font:17px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:46rem;margin:2.5rem auto;background:var(--paper);padding:3rem 3.2rem;border-radius:10px;
box-shadow:0 1px 3px #0002;border-top:6px solid var(--mark)}
h1{font-size:2rem;line-height:1.2;margin:.2rem 0 .4rem}
h2{font-size:1.1rem;margin:0 0 .2rem}
p{margin:.2rem 0 .6rem}
.issuer{color:var(--mark);font-weight:600;margin:0}
.who{font-size:1.15rem}
.file,footer,.soft{color:var(--soft);font-size:.9rem}
.diplomas{list-style:none;padding:1rem 1.2rem;margin:1.2rem 0 1.6rem;background:#f6f8fa;border-radius:8px}
.diplomas li+li{margin-top:.7rem}
.steps{list-style:none;counter-reset:n;padding:0;margin:1.4rem 0 0}
.short{white-space:nowrap;width:1%}
main h2{margin-top:1.4rem}.steps h2{margin-top:.15rem}
.steps>li{counter-increment:n;position:relative;padding-left:3.1rem;margin:0 0 1.1rem}
.steps>li::before{content:counter(n);position:absolute;left:0;top:.05rem;width:2.1rem;height:2.1rem;line-height:2.1rem;
border-radius:50%;text-align:center;background:var(--mark);color:#fff;font-weight:600}
code{background:#eef2f6;padding:.15rem .45rem;border-radius:5px;font-size:.88rem;overflow-wrap:anywhere}
a{color:var(--mark)}
table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem}
td,th{hyphens:auto;border-bottom:1px solid var(--line);padding:.45rem .5rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}
nav{text-align:right;font-size:.9rem;margin:-1rem 0 1rem}nav a{margin-left:.8rem}
section+section{margin-top:2.6rem;padding-top:2rem;border-top:1px solid var(--line)}
footer{margin-top:1.6rem;padding-top:1rem;border-top:1px solid var(--line)}
@media(max-width:600px){main{margin:0;border-radius:0;padding:1.6rem 1.2rem}h1{font-size:1.55rem}}
@media print{body{background:none;font-size:11.5pt}main{box-shadow:none;margin:0;padding:0;
max-width:none;border:0}}
"""


def text(words: str) -> Html:
    """Words from anywhere, escaped for an element or a quoted attribute; characters that act are shown."""
    return Html(html.escape(visible(words)))


def joined(parts: Iterable[Html]) -> Html:
    return Html("".join(parts))


def document(title: str, body: Html, *, language: str, generator: str = "vcwallet") -> str:
    """A whole page. It loads nothing: no script, no font, no picture from elsewhere."""
    return (
        f'<!doctype html>\n<html lang="{text(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="generator" content="{text(generator)}">'
        f"<title>{text(title)}</title><style>{_STYLE}</style></head>\n<body><main>{body}</main></body></html>\n"
    )
