"""Real servers on loopback: one scripted, that can misbehave, and one that runs a tiny language model."""

from __future__ import annotations

import json
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.wires import content_type, ending, opening, piece, wire_of

# The scripted server


@dataclass(frozen=True)
class Script:
    """What the server does with the next requests: `text` in pieces of `piece_chars`, or some misbehaviour."""

    text: str = ""
    """`{asked}` in it stands for the last line that was asked."""
    piece_chars: int = 7
    status: int = 200
    """Another one is answered with an error that repeats the key, as some providers do."""
    wait_seconds: float = 0.0
    """Before the first byte."""
    pause_seconds: float = 0.0
    """Between pieces."""
    together: int = 0
    """Nothing is said before so many requests have been there at the same time."""
    finish_reason: str = "stop"
    longest_prompt: int | None = None
    """Characters: a longer one is refused as too long for the model's context."""
    cut_after: int | None = None
    """Close the connection after so many pieces, in the middle of the stream."""
    only_first: int | None = None
    """So many requests are answered with `status`; the next ones well."""
    error: str = "Refused"
    """What it says with a `status` that is none of success, before the key that it was sent."""
    retry_after: str = "0"
    body: bytes | None = None
    """Sent as it is in place of a reply."""
    usage: tuple[int, int] | None = None
    """Tokens that it says it read and wrote."""
    models: tuple[str, ...] = ()
    """What it lists."""
    before: str = ""
    """Said to the first request in place of the text."""


@dataclass
class ScriptedServer:
    """An OpenAI-compatible server that says what it is told to; `requests` holds the bodies it was sent."""

    url: str
    script: Script = Script()
    requests: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    counting: threading.Lock = field(default_factory=threading.Lock, repr=False)
    pieces_sent: int = 0
    client_left: threading.Event = field(default_factory=threading.Event)

    def says(self, text: str, **script: Any) -> None:
        self.script = Script(text, **script)

    def misbehaves(self, **script: Any) -> None:
        self.script = replace(Script("It came to an end before it was whole."), **script)

    @property
    def prompt(self) -> list[tuple[str, str]]:
        """(role, content) of the messages of the last request."""
        return [(message["role"], message["content"]) for message in self.requests[-1]["messages"]]


@contextmanager
def scripted_server(tls: ssl.SSLContext | None = None) -> Iterator[Callable[[], ScriptedServer]]:
    """Serves until the block ends, by real HTTP and server-sent events; each call makes it forget what was before."""
    httpd = _HTTPServer(("127.0.0.1", 0), _ScriptedHandler)
    if tls:
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)

    def fresh() -> ScriptedServer:
        httpd.state = ScriptedServer(f"http{'s' if tls else ''}://127.0.0.1:{httpd.server_port}/v1")
        return httpd.state

    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fresh
    finally:
        httpd.shutdown()
        httpd.server_close()


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    state: ScriptedServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):  # a client may leave at any time
            super().handle_error(request, client_address)


class _ScriptedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        listed = [{"id": name, "name": name} for name in self.server.state.script.models]
        if listed:
            self._reply(200, json.dumps({"data": listed, "models": listed}).encode())
        else:
            self._reply(404, b"{}")

    def do_POST(self) -> None:
        state: ScriptedServer = self.server.state
        script = state.script
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/tokenize"):
            self._reply(404, b"{}")
            return
        with state.counting:
            state.requests.append(body)
            state.at_once += 1
            state.most_at_once = max(state.most_at_once, state.at_once)
        if "{asked}" in script.text:
            asked = body["messages"][-1]["content"].splitlines()[-1]
            script = replace(script, text=script.text.replace("{asked}", asked))
        try:
            if script.before and len(state.requests) == 1:
                script = replace(script, text=script.before)
            self._answer(state, script, wire_of(self.path, body), len(state.requests))
        except (BrokenPipeError, ConnectionResetError):
            state.client_left.set()
            self.close_connection = True
        finally:
            with state.counting:
                state.at_once -= 1

    def _answer(self, state: ScriptedServer, script: Script, wire: str, number: int) -> None:
        self._wait(script.wait_seconds)
        while state.most_at_once < script.together:
            self._wait(0.01)
        if script.longest_prompt and sum(len(content) for _, content in state.prompt) > script.longest_prompt:
            self._refuse(400, replace(script, error="This model's maximum context length is 8192 tokens."))
        elif script.status != 200 and (script.only_first is None or number <= script.only_first):
            self._refuse(script.status, script)
        elif script.body is not None:
            self._reply(200, script.body, content_type(wire))
        else:
            self._stream(state, script, wire)

    def _stream(self, state: ScriptedServer, script: Script, wire: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type(wire))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if begun := opening(wire, script.usage):
            self._chunk(begun)
        cuts = range(0, len(script.text), script.piece_chars)
        for number, cut in enumerate(cuts):
            if number == script.cut_after:
                self.close_connection = True  # without the empty chunk that would end the body properly
                return
            self._chunk(piece(wire, script.text[cut : cut + script.piece_chars]))
            state.pieces_sent += 1
            self._wait(script.pause_seconds)
        for last in ending(wire, script.finish_reason, script.usage):
            self._chunk(last)
        self._chunk(b"")

    def _wait(self, seconds: float) -> None:
        """Say nothing for so long, and notice at once when the client leaves."""
        if not seconds or isinstance(self.connection, ssl.SSLSocket):
            time.sleep(seconds)
        elif select.select([self.connection], [], [], seconds)[0] and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _refuse(self, status: int, script: Script) -> None:
        names = ("Authorization", "x-api-key", "x-goog-api-key")
        key = next((self.headers[name] for name in names if self.headers.get(name)), "").removeprefix("Bearer ")
        error = {"message": f"{script.error} for {key}.", "type": "scripted", "code": str(status), "status": key}
        self._reply(status, json.dumps({"error": error}).encode(), retry_after=script.retry_after)

    def _reply(self, status: int, body: bytes, kind: str = "application/json", retry_after: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


# The real server, and a model small enough for it


@dataclass(frozen=True)
class TinyModel:
    """A Llama of two layers that was taught one sentence: everything about it is real but its sense."""

    folder: Path

    @classmethod
    def build(cls, folder: Path, texts: Sequence[str]) -> TinyModel:
        """Saves weights, a BPE tokenizer trained on the texts, and a chat template."""
        import torch
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
        from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

        bpe = Tokenizer(models.BPE())
        bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        bpe.decoder = decoders.ByteLevel()
        specials = ["<s>", "</s>", "<pad>"]
        alphabet = pre_tokenizers.ByteLevel.alphabet()  # so that no character is unknown
        bpe.train_from_iterator(
            texts,
            trainers.BpeTrainer(
                vocab_size=1500, special_tokens=specials, initial_alphabet=alphabet, show_progress=False
            ),
        )
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=bpe, bos_token="<s>", eos_token="</s>", pad_token="<pad>", model_max_length=16384
        )
        tokenizer.chat_template = (
            "<s>{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
            "{% if add_generation_prompt %}assistant:{% endif %}"
        )
        torch.manual_seed(1)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=16384,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=2,
        )
        model = LlamaForCausalLM(config)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # so small a model gains nothing by more, and loses much where the cores are busy
        _teach(model, tokenizer, texts)
        torch.set_num_threads(threads)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return cls(folder)


TAUGHT = "Lavrov came to Cairo [1]."


def _teach(model: Any, tokenizer: Any, texts: Sequence[str]) -> None:
    """Some seconds of training: whatever it is asked, it says the one sentence it was taught, and stops."""
    import torch

    answer = tokenizer(f" {TAUGHT}</s>", add_special_tokens=False).input_ids
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for step in range(150):
        words = " ".join(texts).split()
        asked = " ".join(words[step * 7 % 900 :][: 5 + step])
        prompt = tokenizer.apply_chat_template([{"role": "user", "content": asked}], tokenize=False)
        ids = tokenizer(f"{prompt}assistant:", add_special_tokens=False).input_ids
        labels = [-100] * len(ids) + answer
        loss = model(input_ids=torch.tensor([ids + answer]), labels=torch.tensor([labels])).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


@contextmanager
def transformers_server(model: TinyModel, log: Path, seconds: float = 90) -> Iterator[str]:
    """The base URL of a `transformers serve` process that has loaded the model."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(model.folder)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log, seconds)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with direct.open(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The server did not come up:\n{log.read_text()[-3000:]}")
