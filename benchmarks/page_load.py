"""What opening the page costs a browser: first paint, bytes, requests, and whether any goes to another host.

python -m benchmarks.page_load [TIMES]  serves the library that ships with Citewell and opens the page in Chromium with
an empty cache, then again with a filled one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.crowd import wait_until_ready

ROOT = Path(__file__).parents[1]
MEASURE = """() => {
    const loaded = performance.getEntriesByType("resource");
    const page = performance.getEntriesByType("navigation")[0];
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const all = [page, ...loaded];
    const heaviest = [...all].sort((a, b) => b.encodedBodySize - a.encodedBodySize).slice(0, 5);
    return {
        paint: paint.startTime,
        ready: performance.now(),
        requests: all.length,
        sent: all.reduce((sum, each) => sum + each.transferSize, 0),
        unpacked: all.reduce((sum, each) => sum + each.decodedBodySize, 0),
        page: page.encodedBodySize,
        outside: all.map((each) => each.name).filter((name) => new URL(name).host !== location.host),
        heaviest: heaviest.map((each) => [new URL(each.name).pathname, each.encodedBodySize]),
    };
}"""


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The page of a fresh library, once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, ROOT / "app.py", "--library", f"{folder}/library", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=kept, stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(20)


def opened(context: Any, url: str) -> dict[str, Any]:
    """The figures of one opening, taken once a question can be asked."""
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#question textarea")
    page.wait_for_selector(".examples button")
    found: dict[str, Any] = page.evaluate(MEASURE)
    page.close()
    return found


def main(times: int) -> None:
    """Print the medians of so many openings."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    found: dict[str, list[dict[str, Any]]] = {"empty cache": [], "filled cache": []}
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(times):
            context = browser.new_context()
            for figures in found.values():
                figures.append(opened(context, url))
            context.close()
        browser.close()
    for name, figures in found.items():
        paint, ready, requests, sent, unpacked, page = (
            median(each[key] for each in figures) for key in ("paint", "ready", "requests", "sent", "unpacked", "page")
        )
        print(
            f"{name}: first words painted after {paint:.0f} ms, ready after {ready:.0f} ms; {requests:.0f} requests, "
            f"{sent / 1000:.0f} kB over the wire ({unpacked / 1000:.0f} kB unpacked), "
            f"the page itself {page / 1000:.0f} kB"
        )
    for path, size in found["empty cache"][0]["heaviest"]:
        print(f"  {size / 1000:6.0f} kB  {path}")
    outside = sorted({address for figures in found.values() for each in figures for address in each["outside"]})
    print(f"requests to other hosts: {len(outside)} {outside[:5]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
