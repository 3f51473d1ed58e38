"""What the page does with Gradio's own memory."""

from __future__ import annotations

import asyncio

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import StateHolder

from rag.serving.building import forget_replaced, forget_values


def page() -> tuple[gr.Blocks, StateHolder, BlockFunction]:
    """A page with one event, and what Gradio keeps of its sessions."""
    with gr.Blocks() as blocks:
        shown = gr.HTML("")
        gr.Button().click(lambda: "", None, shown)
    holder = StateHolder()
    holder.set_blocks(blocks)
    return blocks, holder, next(iter(blocks.fns.values()))


def test_values_of_components_that_were_made_anew_do_not_pile_up_in_a_session():
    """Where the first assertion fails, Gradio has mended it, and `forget_replaced` can go."""
    blocks, holder, event = page()

    def turns(count: int) -> set[int]:
        for turn in range(count):
            for value in (gr.skip(), f"answer {turn}"):
                asyncio.run(blocks.postprocess_data(event, value, holder["reader"]))
        return set(holder["reader"].config_values)

    piled = turns(5)
    forget_replaced(blocks, "reader")
    forget_replaced(blocks, "somebody else")
    left = set(holder["reader"].config_values)

    assert len(piled) >= len(blocks.blocks) + 5
    assert left == set(blocks.blocks)
    assert len(turns(1)) == len(left) + 1


def test_values_can_be_forgotten_while_an_event_goes_on():
    blocks, holder, event = page()
    sent = []

    for value in (gr.skip(), "first", "second"):
        sent.append(asyncio.run(blocks.postprocess_data(event, value, holder["reader"])))
        forget_values(blocks, "reader")
    forget_values(blocks, "somebody else")

    assert sent[1:] == [["first"], ["second"]]
    assert set(holder["reader"].config_values) == set(blocks.blocks)
