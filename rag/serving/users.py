"""`python -m rag.serving.users FILE NAME`: add a user of the page, or give one another password."""

from __future__ import annotations

from pathlib import Path

import click

from rag.core.commands import command
from rag.serving import texts
from rag.serving.access import add_user
from rag.serving.cli import run


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name")
@click.password_option()
def users(file: Path, name: str, password: str) -> None:
    """Write the user NAME with a password into FILE, which app.py takes with --auth-file."""
    add_user(file, name, password)
    click.echo(texts.USER_WRITTEN.format(name=name, command=command("python app.py --auth-file", file)))


if __name__ == "__main__":
    run(users)
