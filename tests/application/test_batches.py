"""An import as a thing: what taking it back would undo, whether it can come back, and its original file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.imports import ImportLedger, RemoveImport
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Batch, Tools
from fundingapp.application.queries.batches import BatchAnswer, BatchDetail, OpenOriginal, SaveOriginal
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.ledger import LedgerLine, Meaning
from fundingapp.domain.matching import parse_target
from tests.builders_core import make_download, make_line, set_up_grant
from tests.fakes import FakeSourceStore

LINES = (make_line("T1", "10.00"), make_line("T2", "20.00"))


def bring(desk: Desk, *lines: LedgerLine, name: str = "ledger.csv", **options: Any) -> BatchId:
    return desk.do(ImportLedger(make_download(lines, name), **options)).result.batch


def detail(desk: Desk, batch: BatchId) -> BatchAnswer:
    return desk.ask(BatchDetail(batch))


def test_an_import_knows_how_it_was_read_and_how_its_lines_are_recognised(desk: Desk) -> None:
    kept: Batch = detail(desk, bring(desk, *LINES)).batch.value
    assert kept.layout == "told by its headings and values"
    assert kept.keyed_by == "transaction number"
    assert kept.columns == (("Transaction", Meaning.TRANSACTION), ("Net amount", Meaning.AMOUNT))
    other = bring(desk, make_line("~a", "7.00", transaction=""), name="other.csv")
    assert detail(desk, other).batch.value.keyed_by.startswith("date, cost centre, account, supplier")


def test_it_says_what_taking_it_back_would_undo(desk: Desk) -> None:
    set_up_grant(desk)
    bring(desk, *LINES)
    second = bring(
        desk, LINES[0]._replace(amount=LINES[1].amount), LINES[1], make_line("T3", "5.00"), name="b.csv"
    )
    desk.do(ChargeLines((LineId(3),), parse_target("P-01"), "as the invoice says"))
    answer = detail(desk, second)
    assert answer.undoes == (
        "1 new line of £5.00 would go, 1 of them charged; 1 changed line would be as before. It can be put back with "
        "everything that was decided."
    )
    assert (answer.why_not, answer.can_return, answer.can_decide) == ("", False, True)
    assert set(answer.projects.values()) == {"P-01", "P-02"}


def test_an_earlier_one_names_the_import_that_comes_first(desk: Desk) -> None:
    first = bring(desk, *LINES)
    bring(desk, *LINES, make_line("T3"), name="second.csv")
    answer = detail(desk, first)
    assert (answer.undoes, answer.can_return) == ("", False)
    assert "“second.csv” was imported later" in answer.why_not


def test_one_that_was_taken_back_can_return_while_none_has_followed(desk: Desk) -> None:
    first = bring(desk, *LINES)
    desk.do(RemoveImport(first))
    assert detail(desk, first).can_return
    bring(desk, make_line("T9"), name="other.csv")
    answer = detail(desk, first)
    assert (answer.can_return, answer.why_not) == (False, "This import was taken back already.")


def test_the_original_is_lent_and_saved(desk: Desk, tools: Tools) -> None:
    batch = bring(desk, *LINES)
    assert desk.ask(OpenOriginal(batch)) == Path("lent/ledger.csv")
    desk.ask(SaveOriginal(batch, Path("copy.csv")))
    assert isinstance(tools.sources, FakeSourceStore)
    assert Path("copy.csv") in tools.sources.files
    tools.sources.kept.clear()
    with pytest.raises(ExpectedError):
        desk.ask(OpenOriginal(batch))


@pytest.mark.parametrize(
    "question", [BatchDetail(BatchId(7)), OpenOriginal(BatchId(7)), SaveOriginal(BatchId(7), Path("x"))]
)
def test_an_import_that_never_was_is_not_found(desk: Desk, question: Any) -> None:
    with pytest.raises(NotFoundError):
        desk.ask(question)
