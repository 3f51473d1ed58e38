"""A real page in a real Chromium: how it is started and what a person does in it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import ScriptedServer

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps"
).split()
HOSTILE = """# Harbour <script>window.hacked = 1</script> news

The lighthouse keeper of Brindlemouth is called <img src=x onerror="window.hacked = 2"> Osric Fennimore.

Its lamp was replaced in 1911 by <a href="javascript:window.hacked = 3">the harbour board</a> "as a gift".
"""
EDITED = """---
url: https://ferries.example/notes
---

# Ferry notes

The ferry to Quillhaven leaves at seven in the morning.
"""


@dataclass
class Served:
    """A running page, what it was made of and what its browser asked for."""

    url: str
    library: Path
    articles: Path
    first_html: str
    was_filled_at_first: bool
    model: Callable[[], ScriptedServer]
    requested: set[str] = field(default_factory=set)

    def ingest(self) -> None:
        command = [sys.executable, ROOT / "ingest.py", self.articles, "--library", self.library]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    return {**kept, "HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1,localhost", **settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url: str) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=10) as reply:
        return reply.read().decode()


def first_html(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return get(url)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"The page did not come up:\n{log.read_text()[-3000:]}")


DONE = "#current .turn:not([data-state=waiting]):not([data-state=streaming])"


def ask(page, question: str) -> None:
    earlier = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.locator(".turn").nth(earlier).wait_for()


def ask_and_wait(page, question: str, seconds: float = 90) -> str:
    ask(page, question)
    page.wait_for_selector(DONE, timeout=seconds * 1000)
    return page.inner_text("#current .turn")


def choose(page, backend: str) -> None:
    page.fill("#backend input", backend)
    page.press("#backend input", "Enter")
    page.wait_for_selector("#told p")


def is_in_view(page, selector: str) -> bool:
    return page.locator(selector).first.evaluate(
        """element => {
            const line = element.getClientRects()[0];
            const seen = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
            return element.contains(seen);
        }"""
    )


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
