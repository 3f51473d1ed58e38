"""The chat page: settings → Assistant → Gradio."""

from __future__ import annotations

from pathlib import Path

import click

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.serving.cli import run
from rag.serving.page import check_address, door_of, serve


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--library", type=click.Path(path_type=Path), help="Folder that holds the library.")
@click.option("--llm", metavar="SPEC", help="Backend: extractive, openai:MODEL, ollama:MODEL, …")
@click.option("--host", help="Address to listen on; another than this computer's own needs --auth.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--auth", metavar="USER:PASSWORD", help="Ask for this user and password.")
@click.option("--auth-file", metavar="FILE", help="Ask for a user of this file (python -m rag.serving.users).")
@click.option("--auth-header", metavar="NAME", help="Trust this header of a proxy to name the user.")
def chat(library: Path | None, **given: str | int | None) -> None:
    """Open the chat page in a browser at the address it prints."""
    settings = Settings.load().with_values(library=library, **given)
    check_address(settings)  # before anything slow
    door_of(settings)
    serve(Assistant.open(settings=settings), announce=click.echo)


if __name__ == "__main__":
    run(chat)
