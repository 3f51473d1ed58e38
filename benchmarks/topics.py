"""Whether what the articles say of something is shown, and that they say nothing of it: `python -m benchmarks.topics`.

The libraries of `benchmarks.libraries`; of each, names that stand in it and names of the others, drawn by chance and
asked for in one of several ways.
"""

from __future__ import annotations

import random
import re
import tempfile
from pathlib import Path

from benchmarks import libraries
from rag.answering.assistant import Assistant
from rag.core.settings import Settings

FRAMES = (
    "What do the articles say about {}?",
    "Tell me about {}",
    "What is known about {}?",
    "Is there anything about {}?",
    "Do the articles mention {}?",
    "Which articles mention {}?",
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+[^\W_](?: [A-Z][\w’'-]+[^\W_])*")
EACH = 20  # names of a library, and of the others


def names(text: str) -> set[str]:
    """Capitalised words within sentences."""
    return set(_NAME.findall(text))


def main() -> None:
    """How many are answered, and with the name in the quotes; how many of the others are refused."""
    chance = random.Random(11)
    answered = shown = refused = asked = 0
    for path in (libraries.FIT, libraries.REPORT):
        with libraries.laid_out(path) as found:
            texts = {
                name: "\n\n".join(file.read_text("utf-8") for file in folder.iterdir()) for name, folder, _ in found
            }
            for name, folder, _ in found:
                own = chance.sample(sorted(names(texts[name])), EACH)
                others = {other for its, text in texts.items() if its != name for other in names(text)}
                foreign = sorted(other for other in others if not any(word in texts[name] for word in other.split()))
                with tempfile.TemporaryDirectory() as place:
                    assistant = Assistant.open(Path(place) / "library", settings=Settings(articles=folder))
                    assistant.library.sync(folder)
                    for topic in own:
                        reply = assistant.answer(chance.choice(FRAMES).format(topic))
                        answered += reply.is_answered
                        shown += any(topic in citation.quote for citation in reply.citations)
                    refused += sum(
                        not assistant.answer(chance.choice(FRAMES).format(topic)).is_answered
                        for topic in chance.sample(foreign, EACH)
                    )
                    asked += EACH
    print(f"of {asked} that are named: answered {answered / asked:.3f}, the name in a quote {shown / asked:.3f}")
    print(f"of {asked} that are not: refused {refused / asked:.3f}")


if __name__ == "__main__":
    main()
