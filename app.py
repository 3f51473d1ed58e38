"""The chat page: settings → Assistant → Gradio."""

from __future__ import annotations

from pathlib import Path

import click

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.serving.cli import run
from rag.serving.page import check_address, serve


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--library", type=click.Path(path_type=Path), help="Folder that holds the library.")
@click.option("--llm", metavar="SPEC", help="Backend: extractive, openai:MODEL, ollama:MODEL, …")
@click.option("--host", help="Address to listen on; another than this computer's own needs --auth.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--auth", metavar="USER:PASSWORD", help="Ask for this user and password.")
def chat(library: Path | None, llm: str | None, host: str | None, port: int | None, auth: str | None) -> None:
    """Open the chat page in a browser at the address it prints."""
    settings = Settings.load().with_values(library=library, llm=llm, host=host, port=port, auth=auth)
    check_address(settings.host, settings.port, settings.auth)  # before anything slow
    serve(Assistant.open(settings=settings), settings.host, settings.port, settings.auth, announce=click.echo)


if __name__ == "__main__":
    run(chat)
