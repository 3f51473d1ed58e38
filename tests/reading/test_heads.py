"""What the first lines of a pasted article tell: its title, its day, who wrote it."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.reading.articles import read_article

TODAY = dt.date(2026, 11, 22)
STORY = (
    "Residents of three villages have been told that they may have to wait until the middle of the month before water "
    "runs again, because the company and a landowner cannot agree where the pipe may go.\n\nNobody had told them.\n"
)
HEADLINE = "Rural villages left without water for a third week"
STANDFIRST = "Company blames a landowner, while residents say they were promised tankers that never came."


@pytest.mark.parametrize(
    ("head", "title", "date", "author"),
    [
        (f"Water industry\n\n{HEADLINE}\n\nBy Isla Penhallow\n3 March 2025", f"Water industry: {HEADLINE}",
         "2025-03-03", "Isla Penhallow"),
        (f"NEWS > LOCAL > WEXCOMBE\n\n{HEADLINE}\n\nBy Isla Penhallow | Chief Reporter\n\nMon 3 Mar 2025 09.00 GMT",
         HEADLINE, "2025-03-03", "Isla Penhallow"),
        (f"ÉCONOMIE • TRANSPORTS\n\n{HEADLINE}\n\nPar Mathilde Roussel\n\nPublié le 3 mars 2025 à 06h00",
         HEADLINE, "2025-03-03", "Mathilde Roussel"),
        (f"Energiewende\n\n{HEADLINE}\n\nVon Katrin Obermaier, Niederwalsing\n03.03.2025, 11:47 Uhr",
         f"Energiewende: {HEADLINE}",
         "2025-03-03", "Katrin Obermaier"),
        (f"OPINION\n\n{HEADLINE}\n\nBy Isla Penhallow · 4 min read", f"OPINION: {HEADLINE}", None, "Isla Penhallow"),
        (f"{HEADLINE}\n\n{STANDFIRST}\n\nBy Isla Penhallow\n\nFeb. 28, 2025", HEADLINE, "2025-02-28", "Isla Penhallow"),
        (f"{HEADLINE}\nBy Isla Penhallow\n3 March 2025", HEADLINE, "2025-03-03", "Isla Penhallow"),
        (f"[Skip to content](#main)\n\n# {HEADLINE}\n\n### {STANDFIRST}\n\nMar 03, 2025", HEADLINE, "2025-03-03", None),
        (f"{HEADLINE}\n\nRetrieved: 12 May 2025\n\nPublished on Monday, 3rd March 2025", HEADLINE, "2025-03-03", None),
        (f"{HEADLINE}\n\nThe burst main on 11 February 2025. Photo: J. Weare\n\n3 March 2025", HEADLINE,
         "2025-03-03", None),
        (f"Source: The Northern Star\nURL: https://star.example/glass\nRetrieved: 12 May 2025\n\n{HEADLINE}\n\n"
         "Published on Monday, 3rd March 2025\nWritten by: Gemma Lacey | Business editor", HEADLINE, "2025-03-03",
         "Gemma Lacey"),
        (f"FOR IMMEDIATE RELEASE\n\nContact: Paula Strand\n+1 (503) 555-0144 | press@verdant.example\n\n{HEADLINE}",
         HEADLINE, None, None),
        (f"{HEADLINE}\n\nLewis Cadogan at Mill Road\n\nSunday Dispatch, 7 May 2023", HEADLINE, "2023-05-07",
         "Lewis Cadogan"),
        (f"{HEADLINE}\n\n{STANDFIRST}\n\nIsla Penhallow South-west correspondent\nMon 3 Mar 2025 09.00 GMT", HEADLINE,
         "2025-03-03", "Isla Penhallow"),
        (f"{HEADLINE}\n\n3 March 2025\nTessa Marlowe\nBBC News, Yorkshire\nShare\nSave", HEADLINE, "2025-03-03",
         "Tessa Marlowe"),
        (f"AGRICULTURA\n\n{HEADLINE}\n\nMARISOL ARANDA\nMolina de Aragón - 03 MAR 2025 - 05:30 CET", HEADLINE,
         "2025-03-03", "Marisol Aranda"),
        (f"THE HARROWMOUTH COURIER\nThursday 22 June 2023, page 5\n\n{HEADLINE}\n\nNell Ashdown, local democracy "
         "reporter", HEADLINE, "2023-06-22", "Nell Ashdown"),
        (f"CRESSWICK EVENING POST\nFriday, May 19, 2023\nCOURTS\n\n{HEADLINE}\n\nBy INES CALLOWAY, courts "
         "correspondent", HEADLINE, "2023-05-19", "Ines Calloway"),
        (f"THE CONTINENTAL OBSERVER\nWorld > Diplomacy\n\n{HEADLINE}\n\n{STANDFIRST}\n\nSalome Dietrich in "
         "Lanthe\n5 October 2023", HEADLINE, "2023-10-05", "Salome Dietrich"),
        (f"NPA0731 4 GEN 0614 BRIDGE-CLOSURE (2nd lead)\n\n{HEADLINE}\n\nBy Calder Inwood", HEADLINE, None,
         "Calder Inwood"),
        (f"**FOR IMMEDIATE RELEASE**\n**Dunholt, 11 April 2024**\n\n# {HEADLINE}", HEADLINE, "2024-04-11", None),
        (f"# {HEADLINE}\n\n*Explainer · Nell Ashdown and Piet Corrigan · Courier, 24 October 2024, updated "
         "11.20*", HEADLINE, "2024-10-24", "Nell Ashdown, Piet Corrigan"),
        (f"{HEADLINE}\n\nThe Saturday Lantern\n18 May 2024\nWords by Imre Falconer; photographs by Dagny Roe", HEADLINE,
         "2024-05-18", "Imre Falconer"),
        ("Harriet Blackwood\n3 March 2025", "Harriet Blackwood", "2025-03-03", None),
        (f"{HEADLINE}\n\nThree Villages\n3 March 2025", HEADLINE, "2025-03-03", None),
        (f"HEARD IN THE MORNING\n\n{HEADLINE}\n\nMARCH 3, 20255:02 PM ET\nBy Delia Marchetti", HEADLINE, "2025-03-03",
         "Delia Marchetti"),
        (f"FEATURES\n\n{HEADLINE}\n\n{STANDFIRST}\n\nWORDS Callum Reith\nFrom the March 2025 issue", HEADLINE,
         "2025-03", "Callum Reith"),
        (f"{HEADLINE}\n\nPar Mathilde Roussel (La Souterraine, envoyée spéciale)\nPublié le 03 mars 2025 à 06h00, "
         "modifié le 03 mars 2025 à 10h41 • Lecture 3 min.", HEADLINE, "2025-03-03", "Mathilde Roussel"),
        (f"The Slow Cyclist\nNotes from the towpath\n\nHome   About   Routes   Contact\n\n{HEADLINE}\nPosted on "
         "March 3, 2025 by admin", HEADLINE, "2025-03-03", None),
        (f"Politics\n\n{HEADLINE}\n\nMarch 3, 2025 · 4 min read", HEADLINE, "2025-03-03", None),
        (f"Home Office about to close {HEADLINE.lower()}\n\n3 March 2025",
         f"Home Office about to close {HEADLINE.lower()}", "2025-03-03", None),
    ],
)  # fmt: skip
def test_the_head_of_an_article_tells(head, title, date, author):
    name = "a.md" if "# " in head else "a.txt"
    article = read_article(name, f"{head}\n\n{STORY}".encode(), TODAY)

    assert article.title == title
    assert (article.date, article.author) == (date, author)


@pytest.mark.parametrize(
    ("tail", "date"),
    [
        ("Posted on March 3, 2025 by admin", "2025-03-03"),
        ("This article appeared in the Courier on February 27, 2025.", "2025-02-27"),
        ("— Tilda Brook, 3 March 2025", "2025-03-03"),
        ("Retrieved 12 May 2025", None),
    ],
)
def test_a_line_of_its_own_may_tell_when_it_was_published(tail, date):
    found = read_article("a.txt", f"{HEADLINE}\n\n{STORY}\n{tail}\n".encode(), TODAY)

    assert (found.date or "").startswith(date or "2025" * (found.date is not None))
    assert found.date == date or (date is None and found.date_origin == "inferred from the text")


@pytest.mark.parametrize(
    "story",
    [
        "The dam was finished in 1938. In May 1943 it was bombed. The gates were replaced in 1988.",
        "The first stone was laid on Sunday, 14 June 1936, and the roof was mended in 2003.",
        "The mountain last erupted in November 1995.",
        "The hearing will be held on Friday, 6 March 2026.",
    ],
)
def test_a_day_long_past_or_to_come_is_not_the_articles(story):
    assert read_article("a.txt", f"How the dam came to be\n\n{story}\n".encode(), TODAY).date is None


@pytest.mark.parametrize(
    ("tail", "author"),
    [
        ("— Tilda Brook, 3 March 2025", "Tilda Brook"),
        ("– Tilda Brook", "Tilda Brook"),
        ("Tilda Brook is a contributing editor.", "Tilda Brook"),
        ("*Tilda Brook is the Harrow Post's political editor.*", "Tilda Brook"),
        ("Tilda Brook is a farmer.", None),
        ("– and nobody came.", None),
    ],
)
def test_the_lines_below_the_story_may_tell_who_wrote_it(tail, author):
    assert read_article("a.md", f"# {HEADLINE}\n\n{STORY}\n{tail}\n".encode(), TODAY).author == author


def test_lines_of_a_head_are_not_joined_though_the_paragraphs_are_wrapped():
    wrapped = "Residents of three villages have been told that they may have\nto wait until the middle of the month.\n"

    article = read_article("a.txt", f"{HEADLINE}\nBy Isla Penhallow\n3 March 2025\n\n{wrapped}".encode(), TODAY)

    assert article.text.split("\n\n")[1:3] == ["By Isla Penhallow", "3 March 2025"]
    assert "have to wait" in article.text


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        (f"CRESSWICK EVENING POST\nFriday, May 19, 2023\nCOURTS\n\n{HEADLINE}", "Cresswick Evening Post"),
        (f"{HEADLINE}\n\nThe Saturday Lantern\n18 May 2024", "The Saturday Lantern"),
        (f"{HEADLINE}\n\nThe Merchant's Ledger | 7 March 2024 | 4 min read", "The Merchant's Ledger"),
        (f"{HEADLINE}\n\nExplainer · Nell Ashdown · Harrowmouth Courier, 24 October 2024, updated 11.20",
         "Harrowmouth Courier"),
        (f"{HEADLINE}\n\nThe Post Office said so.", None),
        (f"NEWS\n\n{HEADLINE}\n\n3 March 2025", None),
        (f"LOCAL NEWS\n3 March 2025\n\n{HEADLINE}", None),
    ],
)  # fmt: skip
def test_the_head_of_an_article_tells_its_paper(head, publisher):
    assert read_article("a.txt", f"{head}\n\n{STORY}".encode(), TODAY).publisher == publisher
