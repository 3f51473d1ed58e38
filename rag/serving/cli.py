"""The terminal: `python -m rag ask`, `search` and `doctor`, and how every command ends."""

from __future__ import annotations

import errno
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from rag.core.errors import CitewellError, SettingsError
from rag.core.settings import Settings
from rag.serving.texts import also_in

if TYPE_CHECKING:
    from rag.library.embedding import Embedder

DONE, IN_PART, NOTHING = 0, 1, 2
_REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR)


def named_path(name: str) -> Path:
    """The path of that name; the empty one of a shell's variable that is not set would mean the working folder."""
    if not name:
        raise SettingsError("The name of a file or folder is empty.", "Name one; a variable of the shell may be unset.")
    return Path(name)


def named_source(name: str) -> str:
    """The source of that name; the empty one would mean all of them."""
    return named_path(name).as_posix()


library_option = click.option(
    "--library", type=named_path, metavar="PATH", help="Folder of the library [RAG_LIBRARY or .library]."
)
llm_option = click.option("--llm", metavar="SPEC", help="Backend: extractive or provider:model [RAG_LLM].")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def run(command: click.Command, args: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code; whatever goes wrong is one line on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal's encoding need not have every letter
    try:
        code = command.main(args=list(args) if args is not None else None, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError:
        code = _fail(f"Name a command: {', '.join(getattr(command, 'commands', {}))}. Try --help.")
    except click.ClickException as error:
        code = _fail(f"{error.format_message()} Try --help.")
    except CitewellError as error:
        code = _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        code = _fail("Stopped; what was finished is kept.")
    except SystemExit:  # click's way out where nobody reads on, which is no failure
        code = DONE
    except OSError as error:
        code = _fail(_trouble_with_file(error))
    gc.freeze()  # Python would look through all that was loaded once more as it ends: a tenth of the whole time
    sys.exit(code if isinstance(code, int) else DONE)


def _trouble_with_file(error: OSError) -> str:
    """What the system refused, in a sentence; a full disk is the one that is written to."""
    if error.errno == errno.ENOSPC:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the rest does not fail at the end
        return "The disk that is written to is full. Make room on it."
    if error.filename is None or error.errno not in _REFUSALS:
        raise error
    return f"{str(error.filename)!r} cannot be used: {error.strerror}."


def print_json(data: object, *, indent: int | None = 2) -> None:
    """Every letter as it is, unless the output's encoding may lack it."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(data, ensure_ascii=not is_utf8, indent=indent))


def _fail(message: str) -> int:
    click.echo("error: " + " ".join(message.split()), err=True)
    return NOTHING


def _loading(settings: Settings, *, is_reading: bool = False) -> Callable[[str], Embedder]:
    """Begin to load the embedder, beside what else there is to import; called, it gives the embedder.

    With `is_reading` the reader is loaded after it.
    """

    def load() -> Embedder:
        from rag.library.embedding import open_embedder

        return open_embedder(settings.embedder, settings.runtime)

    def load_reader() -> None:
        from rag.answering.reading import WEIGHTS

        with suppress(CitewellError):  # said when the embedder is asked for
            loading.result().reader(WEIGHTS)

    gc.disable()  # next to nothing becomes garbage before such a process ends; to look for it takes a twentieth of it
    if not settings.library.exists():  # there will be nothing to ask
        return lambda name: load()
    if settings.runtime != "torch":
        # To read a model needs no interpreter, to import what reads it does: first the one, then both side by side.
        import rag.library.light  # noqa: F401
    thread = ThreadPoolExecutor(1, thread_name_prefix="embedder")
    loading = thread.submit(load)
    if is_reading:
        thread.submit(load_reader)
    return lambda name: loading.result()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Ask a folder of articles, and see the exact words every sentence of the answer rests on."""


@commands.command()
@click.argument("question")
@llm_option
@library_option
@json_option
def ask(question: str, llm: str | None, library: Path | None, as_json: bool) -> None:
    """One answer, then its sources."""
    settings = Settings.load().with_values(llm=llm, library=library)
    opener = _loading(settings, is_reading=True)

    from rag.answering.assistant import Assistant
    from rag.search.library import Library

    opened = Library.open(settings=settings, opener=opener, is_brief=True)
    reply = Assistant.open(opened, settings=settings).answer(question)
    if as_json:
        print_json(reply.to_dict())
        return
    shown = str(reply)
    if reply.short:  # bold on a terminal, plain words in a file
        shown = shown.replace(f"**{reply.short}**", click.style(reply.short, bold=True), 1)
    click.echo(shown)


@commands.command()
@click.argument("words")
@click.option("-k", "count", type=click.IntRange(1, 100), default=8, show_default=True, help="How many passages.")
@click.option("--since", metavar="DATE", help="Only articles of this day or later: 2024-05-17, 2024-05 or 2024.")
@click.option("--until", metavar="DATE", help="Only articles of this day or earlier.")
@click.option(
    "--source", type=named_source, metavar="PATH", help="Only this article, or the articles of this folder or file."
)
@click.option("--explain", "is_explained", is_flag=True, help="Say why each passage was found.")
@library_option
@json_option
def search(
    words: str,
    count: int,
    since: str | None,
    until: str | None,
    source: str | None,
    is_explained: bool,
    library: Path | None,
    as_json: bool,
) -> None:
    """Passages with their scores, best first."""
    settings = Settings.load().with_values(library=library)
    opener = _loading(settings)

    from dataclasses import asdict

    from rag.search.acquaintance import Acquaintance
    from rag.search.asking import check_question
    from rag.search.library import Library
    from rag.search.typed import told_respelt
    from rag.search.why import explained

    opened = Library.open(settings=settings, opener=opener, is_brief=True)
    source = source and source.removeprefix("./")  # as a shell completes it
    check_question(words)
    opened.require_articles()
    written = Acquaintance(opened).as_written(words)
    found = opened.find([(1.0, written)], count, since=since, until=until, source=source)
    hits = found.hits
    told = " ".join(filter(None, (told_respelt(words, written), found.notice)))
    if not hits:
        click.echo(f"Nothing was found. {told}".rstrip(), err=True)
    if as_json:
        print_json([asdict(hit) for hit in hits])
        return
    for notice in filter(None, (told if hits else "", opened.notice)):
        click.echo(notice)
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        dated = f" ({passage.date})" if passage.date else ""
        also = f"  ({also_in(hit.copies)})" if hit.copies > 1 else ""
        click.echo(
            f"{hit.score:.3f}  meaning {hit.vector.score:.3f}  words {hit.words.score:.2f}  "
            f"{passage.source}[{passage.start}:{passage.end}]  {passage.title}{dated}{also}"
        )
        click.echo("       " + " ".join(passage.text.split()))
        if is_explained:
            click.echo(f"       why: {explained(written, hit, rank)}")


@commands.command()
@library_option
@llm_option
@click.option("--repair", "is_repair", is_flag=True, help="Mend first what can be mended without embedding.")
@json_option
def doctor(library: Path | None, llm: str | None, is_repair: bool, as_json: bool) -> int:
    """Check the library, the models and the backend, and say what to do about each finding."""
    from dataclasses import asdict

    from rag.answering.health import examine, mend

    settings = Settings.load().with_values(library=library, llm=llm)
    findings = mend(settings) if is_repair else examine(settings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            sign = "MEND" if not finding.is_fine else "NOTE" if finding.hint else "ok  "
            click.echo(f"{sign}  {finding.about}: {finding.message} {finding.hint}".rstrip())
    return DONE if all(finding.is_fine for finding in findings) else IN_PART


@commands.command()
@json_option
def backends(as_json: bool) -> None:
    """Which models could answer now, and what the others need."""
    from dataclasses import asdict

    from rag.answering.offers import offers

    found = offers(Settings.load())
    if as_json:
        print_json([asdict(offer) for offer in found])
        return
    for offer in found:
        click.echo(f"{offer.provider:13} {offer.state:16} {', '.join(offer.models) or offer.hint}".rstrip())


@commands.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--answers", "is_answers", is_flag=True, help="Measure answers; configurations are backends.")
@click.option("--configuration", "names", multiple=True, metavar="NAME", help="How to search; may be given again.")
@click.option("--compare", nargs=2, metavar="A B", help="Two configurations side by side, with a paired test.")
@click.option("--part", type=click.Choice(["all", "choose", "report"]), default="all", show_default=True)
@click.option("--sample", type=click.IntRange(1), metavar="N", help="So many questions, the same ones in every run.")
@library_option
@json_option
def measure(
    path: Path,
    is_answers: bool,
    names: Sequence[str],
    compare: tuple[str, str] | None,
    part: str,
    sample: int | None,
    library: Path | None,
    as_json: bool,
) -> None:
    """How well search finds what the questions of a set ask for: a folder with a corpus, or a question set."""
    from rag.measuring.running import run_answers, run_search

    settings = Settings.load()
    chosen = list(compare or names)
    run_set = run_answers if is_answers else run_search
    report = run_set(path, chosen, part, sample, settings, library, is_compared=compare is not None)
    print_json(report.to_dict()) if as_json else click.echo(str(report))


def main() -> NoReturn:
    """The entry of `python -m rag` and of the installed command `citewell`."""
    run(commands)
