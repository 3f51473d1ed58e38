"""Whatever a provider's server does wrong: our error, its sentence, the articles quoted instead, no key anywhere."""

from __future__ import annotations

import datetime
import ipaddress
import json
import logging
import re
import socket
import ssl
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from rag.answering.assistant import Assistant
from rag.answering.backends import open_model
from rag.answering.failures import Called, failure_of
from rag.core.errors import (
    BackendKeyMissing,
    BrokenReply,
    ContentRefused,
    CutShort,
    EmptyReply,
    KeyRefused,
    ModelUnknown,
    PromptTooLong,
    QuotaUsedUp,
    RateLimited,
    ServerFailed,
    ServerUnreachable,
    TooSlow,
)
from rag.core.settings import Settings
from rag.serving.conversations import Conversations
from rag.serving.exporting import FORMATS, exported
from rag.serving.turns import Turn, turn_html
from tests.server_process import ServerProcess, server_process
from tests.servers import scripted_server

KEY = "recognisable-0123456789abcdef"
ASKED = [("system", "Be brief."), ("user", "When do spring tides come?")]
QUESTION = ASKED[1][1]
AT_ONCE = {"llm_wait_seconds": 0.1}  # what may be chance is not tried again: that has a test of its own


def limits(script) -> dict[str, float]:
    """The one limit that the server oversteps is short, so that none is overstepped by chance."""
    if "wait_seconds" in script:
        return AT_ONCE | {"llm_first_seconds": 0.2}
    if script.get("piece_chars") == 1:
        return AT_ONCE | {"llm_timeout_seconds": 0.5}
    return AT_ONCE | {"llm_stall_seconds": 0.2} if "pause_seconds" in script else AT_ONCE


SSE = b"data: %s\n\n"
MISBEHAVIOURS = {
    "wrong key": ({"status": 401}, KeyRefused, "refused the key. Check the key in the environment"),
    "key without rights": ({"status": 403}, KeyRefused, "refused the key"),
    "unknown model": ({"status": 404, "models": ("tiny-2", "vast")}, ModelUnknown, "it serves tiny-2, vast."),
    "no first piece": ({"wait_seconds": 2}, TooSlow, "the first piece took too long"),
    "no next piece": ({"pause_seconds": 2}, TooSlow, "the next piece took too long"),
    "no end": ({"pause_seconds": 0.05, "piece_chars": 1}, TooSlow, "the whole reply took too long"),
    "asked too often": ({"status": 429, "retry_after": "60"}, RateLimited, "is asked too often. Ask again in 60 s"),
    "overloaded": ({"status": 503, "retry_after": "60"}, RateLimited, "is overloaded"),
    "quota": ({"status": 429, "error": "insufficient_quota"}, QuotaUsedUp, "the quota is used up"),
    "to be paid": ({"status": 402}, QuotaUsedUp, "the quota is used up"),
    "prompt too long": ({"longest_prompt": 10}, PromptTooLong, "cannot take so long a prompt"),
    "content refused": ({"finish_reason": "content_filter"}, ContentRefused, "refuses to speak of this"),
    "content refused at once": ({"status": 400, "error": "content_filter"}, ContentRefused, "refuses to speak of this"),
    "ended for length": ({"finish_reason": "length"}, CutShort, "came to the end of what it may say"),
    "cut off": ({"cut_after": 2}, BrokenReply, "broke off in mid-answer"),
    "cut off at once": ({"cut_after": 0}, BrokenReply, "broke off in mid-answer"),
    "ended without saying so": ({"body": SSE % b"[DONE]"}, BrokenReply, "backend"),
    "malformed JSON": ({"body": SSE % b'{"choices": [{"del'}, BrokenReply, "no reply of a model"),
    "no events": ({"body": b"<html>Welcome!</html>"}, BrokenReply, "backend"),
    "an error in the stream": ({"body": SSE % b'{"error": {"message": "boom"}}'}, Exception, "boom"),
    "its own error": ({"status": 500}, ServerFailed, "failed: its server answered with the error 500."),
}  # fmt: skip


@pytest.fixture
def said_anywhere(caplog, capfd):
    """All that was logged by the packages on the way to a model at any level, and printed."""
    caplog.set_level(logging.DEBUG)
    names = list(logging.root.manager.loggerDict)
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield lambda: caplog.text + " ".join(str(vars(record)) for record in caplog.records) + "".join(capfd.readouterr())
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def places_of(key: str, text: str) -> list[str]:
    """The words around the key wherever it stands."""
    return [text[max(0, match.start() - 150) : match.end() + 50] for match in re.finditer(re.escape(key), text)]


def everything_in(error: BaseException) -> str:
    return (
        "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(error.__context__) + repr(error.__cause__)
    )


@pytest.fixture(scope="module")
def apart() -> Iterator[ServerProcess]:
    """A server in a process of its own."""
    with server_process() as started:
        yield started


def everywhere(reply, problem, folder) -> str:
    """All that is made of a reply and of an error: printed, kept, shown and exported."""
    turns = [Turn(QUESTION, reply), Turn(QUESTION, problem=problem)]
    Conversations(folder / "kept.sqlite").save("", "id", turns)
    kept = b"".join(file.read_bytes() for file in folder.glob("kept.sqlite*")).decode("latin-1")
    shown = [turn_html(turn, lambda source: None) for turn in turns]
    files = [exported("Tides", turns, kind) for kind in FORMATS]
    return "".join([json.dumps(reply.to_dict()), str(reply), kept, *shown, *files])


@pytest.fixture
def assert_handled(tides, monkeypatch, tmp_path, said_anywhere):
    """Asserts the error, its sentence and what is answered in its place, and that the key stands nowhere."""

    def check(url: str, kind: type[Exception], said: str, **settings: float) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        chosen = Settings(llm="openai:tiny", llm_base_url=url, **settings)

        with pytest.raises(kind, match=said) as caught:
            list(open_model("openai:tiny", chosen).stream(ASKED))
        reply = Assistant.open(tides, settings=chosen).answer(QUESTION)

        assert caught.value.message.startswith("The backend 'openai:tiny' ")
        assert caught.value.hint
        assert "\n" not in str(caught.value)
        is_kept = reply.text == "It came to an end before it was whole. …"
        assert is_kept or (reply.citations and reply.notice.endswith("The articles are quoted instead."))
        assert not is_kept or reply.notice.startswith(f"The answer was cut off. {caught.value.message}")
        everything = everything_in(caught.value) + said_anywhere() + everywhere(reply, caught.value, tmp_path)
        assert places_of(KEY, everything) == []

    return check


@pytest.mark.parametrize(
    ("script", "kind", "said"), [pytest.param(*row, id=name) for name, row in MISBEHAVIOURS.items()]
)
def test_a_misbehaviour_is_its_own_error_and_the_articles_are_quoted(apart, assert_handled, script, kind, said):
    apart.misbehaves(**script)

    assert_handled(apart.url, kind, said, **limits(script))


def test_the_key_is_really_sent_and_said_back(apart, monkeypatch):
    """Else nothing could leak, and the tests around this one would show nothing."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    apart.misbehaves(status=401)
    asked = urllib.request.Request(f"{apart.url}/chat/completions", b'{"messages": []}')
    asked.add_header("Authorization", f"Bearer {KEY}")

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(asked)

    assert KEY in caught.value.read().decode()


def test_a_server_that_is_killed_in_mid_answer_leaves_what_it_said_and_then_the_articles(tides):
    with server_process() as dying:
        dying.says("Spring tides come twice a month. " * 40, pause_seconds=0.01)
        settings = Settings(llm="openai:tiny", llm_base_url=dying.url)
        stream = Assistant.open(tides, settings=settings).stream(QUESTION)
        next(reply for reply in stream if "month." in reply.text)
        dying.process.kill()
        *_, last = stream

    assert last.text.startswith("Spring tides come twice a month [1].")
    assert last.text.endswith("…")
    assert last.notice.startswith("The answer was cut off. The backend 'openai:tiny' broke off in mid-answer.")
    after = Assistant.open(tides, settings=settings).answer(QUESTION)
    assert after.notice.startswith(f"The backend 'openai:tiny' cannot be reached at {dying.url}. Start the server")
    assert after.citations


def test_an_empty_reply_is_an_error_where_nothing_else_is_wanted(tides, server):
    server.says("<think>Hm.</think>  ")
    settings = Settings(llm="openai:tiny", llm_base_url=server.url)

    quoted = Assistant.open(tides, settings=settings).answer(QUESTION)
    with pytest.raises(EmptyReply, match="gave an empty reply"):
        Assistant.open(tides, settings=replace(settings, llm_fallback="none")).answer(QUESTION)

    assert quoted.citations
    assert quoted.notice.startswith("The backend 'openai:tiny' gave an empty reply.")


def test_a_missing_key_is_named_before_anything_is_asked(tides):
    with pytest.raises(BackendKeyMissing, match="needs a key and ANTHROPIC_API_KEY is not set"):
        Assistant.open(tides, "anthropic:claude-sonnet-4-5")


def test_the_nearest_model_that_the_server_has_is_proposed(server):
    server.misbehaves(status=404, models=("tiny-2", "vast"))

    with pytest.raises(ModelUnknown) as caught:
        list(open_model("openai:tiny2", Settings(llm_base_url=server.url)).stream(ASKED))

    assert caught.value.hint == "Did you mean openai:tiny-2?"


def test_a_server_that_is_down_and_a_name_that_is_unknown_are_told_apart(assert_handled):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"

        assert_handled(
            url, ServerUnreachable, f"cannot be reached at {url}. Start the server, or check RAG_LLM_BASE_URL."
        )

    nowhere = "http://no-such-host.invalid/v1"
    assert_handled(nowhere, ServerUnreachable, f"the name of its server at {nowhere} is not known")


def self_signed(folder) -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now.replace(year=now.year + 1)
    )
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(signed.public_bytes(form))
    secret = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_a_certificate_that_nobody_trusts_is_named_as_the_reason(tmp_path, assert_handled):
    with scripted_server(self_signed(tmp_path)) as fresh:
        server = fresh()
        server.says("Twice a month.")

        assert_handled(server.url, ServerUnreachable, "no secure connection to its server.*SSL_CERT_FILE")

    assert server.requests == []


def test_a_rate_limit_is_waited_out_as_told_and_shown(tides, server):
    server.says("Spring tides come twice a month [1].", status=429, only_first=1, retry_after="1")
    settings = Settings(llm="openai:tiny", llm_base_url=server.url)
    begun = time.monotonic()

    _, first, *_, last = Assistant.open(tides, settings=settings).stream(QUESTION)

    assert time.monotonic() - begun >= 1
    assert (first.text, first.notice) == ("", "The backend 'openai:tiny' is asked too often. It was waited for 1 s.")
    assert last.text == "Spring tides come twice a month [1]."
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 402])
def test_a_quota_that_is_used_up_is_not_waited_for(server, status):
    server.misbehaves(status=status, error="insufficient_quota", retry_after="1")

    with pytest.raises(QuotaUsedUp):
        list(open_model("openai:tiny", Settings(llm_base_url=server.url)).stream(ASKED))

    assert len(server.requests) == 1


@pytest.mark.parametrize("script", [{"status": 500}, {"status": 502}])
def test_an_error_that_may_be_chance_is_tried_once_more(server, script):
    server.says("Twice a month.", only_first=1, **script)

    assert "".join(open_model("openai:tiny", Settings(llm_base_url=server.url)).stream(ASKED)) == "Twice a month."


def test_an_option_that_the_server_does_not_know_is_left_out(server):
    server.says("Twice a month.", status=400, only_first=1, error="Unsupported value: temperature")

    assert "".join(open_model("openai:tiny", Settings(llm_base_url=server.url)).stream(ASKED)) == "Twice a month."
    assert ["temperature" in request for request in server.requests] == [True, False]


def test_an_option_that_two_questions_at_once_are_refused_for_is_left_out_of_both(server):
    server.says("Twice a month.", status=400, only_first=2, together=2, error="Unsupported value: temperature")
    model = open_model("openai:tiny", Settings(llm_base_url=server.url, llm_at_once=2))  # no other test's model

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: "".join(model.stream(ASKED)), range(2)))

    assert said == ["Twice a month."] * 2
    assert sorted("temperature" in request for request in server.requests) == [False, False, True, True]


@pytest.mark.parametrize(
    ("told", "hint"),
    [
        ("Please try again in 2 minutes.", "Ask again in 120 seconds."),
        ("Please try again in 1h20m30.5s.", "Ask again in 4830 seconds."),
        ("Please try again in a few minutes.", "Ask again later."),
    ],
)
def test_how_long_to_wait_is_read_however_the_provider_writes_it(server, told, hint):
    server.misbehaves(status=429, error=f"Rate limit reached. {told}", retry_after="")

    with pytest.raises(RateLimited) as caught:
        list(open_model("openai:tiny", Settings(llm_base_url=server.url, llm_wait_seconds=0.1)).stream(ASKED))

    assert caught.value.hint == hint
    assert len(server.requests) == 1


# The other providers' packages, each speaking its own form with a real server

PROVIDERS = {
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "groq": "GROQ_API_KEY",
    "ollama": "",
}


@pytest.fixture(params=PROVIDERS)
def spec(request, server, monkeypatch):
    """A backend string of each provider, whose address is the scripted server's."""
    pytest.importorskip(f"langchain_{request.param}")
    if key := PROVIDERS[request.param]:
        monkeypatch.setenv(key, KEY)
    return f"{request.param}:tiny"


def settings_for(spec, server, **more) -> Settings:
    provider = spec.partition(":")[0]
    place = server.url if provider == "mistralai" else server.url.removesuffix("/v1")
    return Settings(llm=spec, llm_base_url=f"{provider}={place}", **more)


def test_each_package_streams_and_counts(server, spec):
    server.says("Twice a month.", piece_chars=3, usage=(31, 7))
    from rag.answering.calls import Call

    call = Call()
    said = list(open_model(spec, settings_for(spec, server)).stream(ASKED, call))

    assert "".join(said) == "Twice a month."
    assert len(said) > 1
    usage = call.usage((1.0, 2.0))
    assert (usage.tokens_in, usage.tokens_out, usage.cost) == (31, 7, 0.000045)


WORST = {
    "wrong key": ({"status": 401}, KeyRefused),
    "unknown model": ({"status": 404}, ModelUnknown),
    "asked too often": ({"status": 429, "retry_after": "60"}, RateLimited),
    "its own error": ({"status": 500}, ServerFailed),
    "no first piece": ({"wait_seconds": 2}, TooSlow),
    "no next piece": ({"pause_seconds": 2}, TooSlow),
    "cut off": ({"cut_after": 2}, BrokenReply),
    "content refused": ({"finish_reason": "content_filter"}, ContentRefused),
    "ended for length": ({"finish_reason": "length"}, CutShort),
}


@pytest.mark.parametrize(("script", "kind"), [pytest.param(*row, id=name) for name, row in WORST.items()])
def test_each_packages_errors_are_ours(server, spec, said_anywhere, script, kind):
    server.misbehaves(**script)

    with pytest.raises(kind) as caught:
        list(open_model(spec, settings_for(spec, server, **limits(script))).stream(ASKED))

    assert caught.value.message.startswith(f"The backend {spec!r} ")
    assert places_of(KEY, everything_in(caught.value) + said_anywhere()) == []


def test_ollama_is_told_how_much_to_read_and_is_caught_reading_less(server, tides):
    server.says("Spring tides come twice a month [1].", usage=(300, 9))
    settings = settings_for("ollama:tiny", server, llm_context_tokens=5000)

    reply = Assistant.open(tides, settings=settings).answer(QUESTION)

    assert server.requests[-1]["options"]["num_ctx"] == 5000
    assert reply.notice.startswith("The model's server read only 300 tokens of a prompt of at least ")
    assert reply.usage.tokens_in == 300


def test_what_a_failure_came_of_is_not_told_again():
    class StatusError(Exception):
        status_code = 422

    error = StatusError("Error code: 422 - kaboom")
    error.__cause__ = StatusError("Client error '422 Unprocessable Entity' for url 'http://127.0.0.1/'")

    assert failure_of(error, Called("openai:tiny")).message == (
        "The backend 'openai:tiny' failed: Error code: 422 - kaboom"
    )
