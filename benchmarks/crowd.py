"""Many people on one page: 30 clients over its own interface and 3 browsers, for so many seconds.

python -m benchmarks.crowd [SECONDS]  prints the rate of questions, errors, the time to the first words (of the first
minute, when everything is asked for the first time, and of all), what an answer costs the server's processor, and its
memory: before anybody came, at the start (once everybody has asked once), in the middle and at the end.

The questions are those of `second_questions.jsonl`, which the seed articles answer or do not, and each person goes
through them in an order of their own. The browsers are opened before the clock runs: starting three of them takes both
cores for some ten seconds, which are not the server's.
"""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIENTS, BROWSERS = 30, 3
THINKING_SECONDS = (20.0, 40.0)  # between an answer and the next question of one person
QUESTIONS = tuple(
    row["question"]
    for row in map(json.loads, (ROOT / "benchmarks" / "second_questions.jsonl").read_text("utf-8").splitlines())
    if not row["history"]
)
FIRST_SECONDS = 60.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Crowd:
    """What everybody met."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url, self.seconds = url, seconds
        self.began = self.until = 0.0
        self.is_open = threading.Barrier(CLIENTS + BROWSERS + 1, action=self._begin, timeout=120)
        self.first_words: list[tuple[float, float]] = []
        """When each question was asked, and how long it waited for the first words."""
        self.errors: list[str] = []
        config = json.loads(self._get("config"))
        dependencies = config["dependencies"]
        self.ask_index = next(d["id"] for d in dependencies if d["api_name"] == "ask")

    def _begin(self) -> None:
        self.began = time.monotonic()
        self.until = self.began + self.seconds

    def _get(self, path: str) -> str:
        with DIRECT.open(self.url + path, timeout=60) as reply:
            content: str = reply.read().decode()
            return content

    def client(self, number: int) -> None:
        """One person without a browser, asking again and again; each question waits for its whole answer."""
        session = secrets.token_hex(6)
        self.is_open.wait()
        time.sleep(number * THINKING_SECONDS[0] / CLIENTS)  # people do not come all at once
        questions = in_own_order(number)
        while time.monotonic() < self.until:
            started = time.monotonic()
            try:
                self.first_words.append((started, self._ask(next(questions), session) - started))
            except (OSError, ValueError) as error:
                self.errors.append(f"client {number}: {error!r}")
            time.sleep(random.uniform(*THINKING_SECONDS))

    def _ask(self, question: str, session: str) -> float:
        """When the first words of the answer came; ValueError where none did."""
        body = {"data": [question, None], "fn_index": self.ask_index, "session_hash": session, "event_data": None}
        sent = urllib.request.Request(
            f"{self.url}gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        DIRECT.open(sent, timeout=60).close()
        first = 0.0
        with DIRECT.open(f"{self.url}gradio_api/queue/data?session_hash={session}", timeout=60) as reply:
            for line in reply:
                if not first and b"answer" in line and b"data-state" in line and b"waiting" not in line:
                    first = time.monotonic()
                if b'"process_completed"' in line:
                    if b'"success":true' not in line.replace(b": ", b":"):
                        raise ValueError(line[:300])
                    break
        if not first:
            raise ValueError("no words came")
        return first

    def browser(self, number: int) -> None:
        """One person with Chromium."""
        from playwright.sync_api import Error, sync_playwright

        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page()
            page.goto(self.url)
            page.wait_for_selector("#question textarea")
            questions = in_own_order(CLIENTS + number)
            self.is_open.wait()
            while time.monotonic() < self.until:
                try:
                    count = page.locator(".turn").count()
                    page.fill("#question textarea", next(questions))
                    started = time.monotonic()
                    page.press("#question textarea", "Enter")
                    page.locator(".turn").nth(count).wait_for()
                    page.wait_for_selector("#current .answer p")
                    self.first_words.append((started, time.monotonic() - started))
                    page.wait_for_selector("#current .turn:is([data-state=answered], [data-state=not-found])")
                except Error as error:
                    self.errors.append(f"browser {number}: {error}")
                time.sleep(random.uniform(*THINKING_SECONDS))
            browser.close()


def in_own_order(number: int) -> Iterator[str]:
    """The questions again and again, as one person asks them."""
    return cycle(random.Random(number).sample(QUESTIONS, len(QUESTIONS)))


def memory_megabytes(pid: int) -> int:
    """What a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor, by itself and for the system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(seconds: float) -> None:
    """Print what the crowd met."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
        command = [sys.executable, ROOT / "app.py", "--library", f"{folder}/library", "--port", str(port)]
        log = Path(folder, "log")
        with log.open("w") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=kept, stdout=output, stderr=subprocess.STDOUT)
            try:
                url = f"http://127.0.0.1:{port}/"
                wait_until_ready(url)
                crowd = Crowd(url, seconds)
                people = [threading.Thread(target=crowd.client, args=(number,)) for number in range(CLIENTS)]
                people += [threading.Thread(target=crowd.browser, args=(number,)) for number in range(BROWSERS)]
                for person in people:
                    person.start()
                crowd.is_open.wait()
                memory, before = [memory_megabytes(process.pid)], processor_seconds(process.pid)
                early = min(2 * THINKING_SECONDS[0], seconds / 4)
                for moment in (early, seconds / 2 - early):
                    time.sleep(moment)
                    memory.append(memory_megabytes(process.pid))
                for person in people:
                    person.join()
                memory.append(memory_megabytes(process.pid))
                spent = processor_seconds(process.pid) - before
            finally:
                process.terminate()
                process.wait(20)
        if "Traceback" in log.read_text():
            crowd.errors.append("a traceback in the server's log")
    times = [waited for _, waited in crowd.first_words]
    people_said = f"{CLIENTS} clients and {BROWSERS} browsers"
    thinking = "{:.0f} to {:.0f}".format(*THINKING_SECONDS)
    print(f"{len(times)} questions by {people_said} in {seconds:.0f} s, {len(times) / seconds:.2f} a second;")
    print(f"each thinks {thinking} s between an answer and the next question")
    print(f"errors: {len(crowd.errors)} {crowd.errors[:3]}")
    early = [waited for asked, waited in crowd.first_words if asked - crowd.began < FIRST_SECONDS]
    for name, waits in (("first minute", early), ("all", times)):
        if ordered := sorted(waits):
            p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            print(f"first words, {name}: p50 {p50:.2f} s, p95 {p95:.2f} s, longest {ordered[-1]:.2f} s")
    if times:
        print(f"processor: {spent / len(times):.2f} s a question")
    print("memory before, at start, middle, end: " + ", ".join(f"{value} MB" for value in memory))


def wait_until_ready(url: str) -> None:
    """Return once the page there answers questions."""
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        try:
            DIRECT.open(url + "healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The page did not get ready.")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600)
