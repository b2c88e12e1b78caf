"""A reconciliation on paper: the statement, what explains its difference, who signed it, and what changed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fundingapp.assembly import Assembly
from fundingapp.documents.paper import texts_of
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reconciliations import (
    CentreSum,
    PaperItem,
    Reconciliation,
    ReconciliationPaper,
    ReconciliationState,
    figures_of,
    statement_of,
)
from fundingapp.domain.watching import Difference

YEAR = FinancialYear(2018)
SIGNED = datetime(2018, 10, 9, 9, 30, tzinfo=UTC)


def make_paper() -> ReconciliationPaper:
    """Periods 5 and 6 after a reconciliation up to 4, of which £1.00 changed; £2.50 explained by two items."""
    centres = [
        CentreSum(
            "FAL01",
            5,
            Money(40_00),
            Money.ZERO,
            ((FundId(1), Money(35_00)),),
            Money(-2_00),
            (("=payroll", Money(7_00)),),
        )
    ]
    periods = {4: Money(11_00), 5: Money(9_00), 6: Money(20_00)}
    figures = figures_of(YEAR, 6, periods, centres, {FundId(1): "Locality Fund"})
    value = Reconciliation(
        YEAR,
        6,
        date(2018, 10, 8),
        Money(10_00),
        Money(30_00),
        Money(42_50),
        ReconciliationState.REVIEWED,
        "A. Officer",
        SIGNED,
        figures,
        "For the half-year.",
        "B. Reviewer",
        SIGNED,
    )
    return ReconciliationPaper(
        "Charnwood CSP",
        value,
        statement_of(figures),
        "reconciled up to period 4 on 05/08/2018",
        Money(1_00),
        (
            PaperItem("posted after the download", Money(3_00), "T2, Depot, 01/10/2018"),
            PaperItem("a credit of others", Money(-50), ""),
        ),
        ("trial balance.pdf",),
        (Difference("ledger/2018/19/income@6", Money(-2_00), Money(-1_00)),),
        date(2018, 10, 10),
        "4f1c9a",
        4,
    )


def written(tmp_path: Path, paper: ReconciliationPaper) -> list[str]:
    out = tmp_path / "paper.docx"
    Assembly().reconciliation_writer(paper, out)
    return texts_of(out)


def test_the_statement_goes_from_the_opening_to_nought(tmp_path: Path) -> None:
    said = written(tmp_path, make_paper())
    assert said[0] == "Reconciliation of the ledger, 2018/19 up to period 6 (September)"
    at = said.index("Opening: reconciled up to period 4 on 05/08/2018")
    assert said[at : at + 18] == [
        "Opening: reconciled up to period 4 on 05/08/2018", "10.00",
        "Changed since in periods 1 to 4", "1.00",
        "Period 5 (August)", "9.00",
        "Period 6 (September)", "20.00",
        "Held in this file", "40.00",
        "Finance system's total", "42.50",
        "Difference", "2.50",
        "Explained", "2.50",
        "Still to explain", "0.00",
    ]  # fmt: skip


def test_it_names_who_signed_what_explains_it_and_where_the_pounds_went(tmp_path: Path) -> None:
    said = written(tmp_path, make_paper())
    assert any(text.startswith("A. Officer, 09/10/2018") for text in said)
    assert any(text.startswith("B. Reviewer, 09/10/2018") for text in said)
    for text in ("posted after the download", "T2, Depot, 01/10/2018", "−0.50", "For the half-year."):
        assert text in said
    for text in (
        "FAL01",
        "Charged to Locality Fund",
        "Income",
        "Excluded: =payroll",
        "Papers: trial balance.pdf",
    ):
        assert text in said
    assert "Written on 10/10/2018. The history of changes ended with 4f1c9a." in said


def test_what_changed_since_is_printed_with_both_figures(tmp_path: Path) -> None:
    said = written(tmp_path, make_paper())
    at = said.index("Changed since it was signed")
    assert said[at + 1 : at + 7] == ["Figure", "Was £", "Is now £", "income", "−2.00", "−1.00"]
    assert "Changed since it was signed" not in written(tmp_path, replace(make_paper(), changed=()))


def test_a_draft_says_that_nobody_reviewed_it_and_what_is_not_typed(tmp_path: Path) -> None:
    paper = make_paper()
    draft = replace(
        paper.reconciliation,
        state=ReconciliationState.DRAFT,
        ledger_total=None,
        reviewed_by="",
        reviewed_at=None,
    )
    said = written(tmp_path, replace(paper, reconciliation=draft, items=()))
    assert "Begun by" in said
    assert "nobody yet" in said
    assert said.count("not typed yet") == 3
    assert "Nothing had to be explained." in said


def test_only_a_document_is_written(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="is no document"):
        Assembly().reconciliation_writer(make_paper(), tmp_path / "paper.txt")
    assert list(tmp_path.iterdir()) == []
