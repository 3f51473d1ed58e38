"""The scripted server in a process of its own: `python -m tests.server_process` obeys the scripts that it is sent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.servers import scripted_server


@dataclass
class ServerProcess:
    """A server that runs until it is killed."""

    url: str
    process: subprocess.Popen[str]

    def says(self, text: str, **script: Any) -> None:
        self._obeys({"text": text, **script})

    def misbehaves(self, **script: Any) -> None:
        if isinstance(body := script.pop("body", None), bytes):
            script["body"] = body.decode("latin-1")
        self._obeys(script)

    def _obeys(self, script: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(script) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "obeyed\n"


@contextmanager
def server_process() -> Iterator[ServerProcess]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.server_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield ServerProcess(process.stdout.readline().strip(), process)
    finally:
        process.kill()
        process.communicate()


def _serve() -> None:
    with scripted_server() as fresh:
        _tell(fresh().url)
        for line in sys.stdin:
            script = json.loads(line)
            if "body" in script:
                script["body"] = script["body"].encode("latin-1")
            fresh().misbehaves(**script)
            _tell("obeyed")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
