"""`python -m rag`: ask, search and doctor in the terminal."""

from rag.serving.cli import main

main()
