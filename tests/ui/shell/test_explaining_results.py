"""“Why?” of what is no money: the inspector shows the text, the figures with where they came from, and their papers."""

from __future__ import annotations

from datetime import UTC, datetime

from fundingapp.application.ports import Kept
from fundingapp.application.queries.explanations import Explanation, FigureSource, Supporting, Term
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.money import Money
from fundingapp.ui.explain import page_of
from fundingapp.ui.inspector import SumBlock, TextBlock

PAPER = Evidence("LWA_Q3_report.pdf", "ab" * 32, 9, datetime(2019, 1, 15, tzinfo=UTC), "Ann")
WHY = Explanation(
    "indicator/1/2018/19/to-date",
    "Clients supported",
    Money.ZERO,
    (Term("Q1 2018/19", shown="61", figure="indicator/1/2018/19/q1"), Term("Q2 2018/19", shown="0")),
    "The figures added up.",
    evidence=(Supporting(Kept(1, 1, PAPER), "Clients supported, Q1 2018/19", "unchanged"),),
    shown="61",
    sources=(FigureSource("Q1 2018/19", "61", "C5 in figures.xlsx, taken in by Ann on 15/01/2019"),),
)


def test_a_figure_that_is_no_money_is_shown_as_it_is() -> None:
    page = page_of(WHY, None)
    assert page.title == "61 · Clients supported"
    made, figures, papers = [block for block in page.blocks if isinstance(block, SumBlock)]
    assert [(row.text, row.amount, row.is_total) for row in made.rows] == [
        ("Q1 2018/19", "61", False),
        ("Q2 2018/19", "0", False),
        ("Comes to", "61", True),
    ]
    assert [(row.amount, row.note) for row in figures.rows] == [
        ("61", "C5 in figures.xlsx, taken in by Ann on 15/01/2019")
    ]
    assert [(row.text, row.amount) for row in papers.rows] == [("LWA_Q3_report.pdf", "file, unchanged")]
    assert [block.text for block in page.blocks if isinstance(block, TextBlock)] == ["The figures added up."]
