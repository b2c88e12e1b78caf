"""Publishing safe tables, and the one function that says what may leave the program."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.application.commands.performance import ImportPerformanceTable, TableChoices
from fundingapp.application.commands.publications import PublishSafeTable
from fundingapp.application.desk import Desk
from fundingapp.application.queries.performance import ReadPerformanceFile
from fundingapp.application.queries.publications import AttackTable, LookAtTable, PublicationsOf
from fundingapp.application.small_numbers import ShownRow, ShownTable, what_may_be_shown
from fundingapp.domain.changes import Days
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.small_numbers import Problem, Prover, Rule
from fundingapp.persistence.database import Database
from fundingapp.solver.prover import HighsProver, HighsSearch
from tests.persistence.support import desk_of

TABLE = "Kind,2013\nA,2\nB,40\nC,60\nTotal,102\n"


class NeverAsked(HighsProver):
    """A prover that must not be needed."""

    def open(self, problem: Problem) -> HighsSearch:
        raise AssertionError("nothing is small here")


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_of(database)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "kinds.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_safe_table_is_written_kept_and_taken_back(desk: Desk, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "safe.csv"
    made = desk.do(PublishSafeTable(table, out, "Assessment 2014", "asked for by scrutiny")).result
    assert (made.primary, made.secondary) == (1, 1)
    assert "<5" in out.read_text(encoding="utf-8")
    kept = desk.ask(PublicationsOf("Assessment 2014"))
    assert [(each.value.name, each.value.threshold, each.value.reason) for each in kept] == [
        ("safe.csv", 5, "asked for by scrutiny")
    ]
    assert kept[0].value.finding == made.finding
    desk.undo()
    assert desk.ask(PublicationsOf()) == ()
    desk.redo()
    assert len(desk.ask(PublicationsOf())) == 1


def test_what_was_published_before_is_laid_beside(desk: Desk, table: Path, tmp_path: Path) -> None:
    desk.do(PublishSafeTable(table, tmp_path / "one.csv", "Series", "first"))
    shown_before = desk.ask(LookAtTable(table, series="Series")).marks
    assert sorted(shown_before.values()) == ["<5", "[c]"]
    elsewhere = tmp_path / "other.csv"
    elsewhere.write_text("Kind,2013\nB,40\nC,60\nTotal,102\n", encoding="utf-8")
    desk.do(PublishSafeTable(elsewhere, tmp_path / "two.csv", "Second", "shows the rest"))
    with pytest.raises(ExpectedError, match="can't be made safe") as refused:
        desk.do(PublishSafeTable(table, tmp_path / "three.csv", "Second", "again"))
    assert refused.value.code == "can_be_undone"
    assert not (tmp_path / "three.csv").exists()


def test_a_publication_says_where_and_why(desk: Desk, table: Path, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refused:
        desk.do(PublishSafeTable(table, tmp_path / "safe.csv", " ", "because"))
    assert refused.value.code == "publication_unnamed"
    assert not (tmp_path / "safe.csv").exists()


def test_a_printed_table_is_attacked(desk: Desk, tmp_path: Path) -> None:
    printed = tmp_path / "printed.csv"
    printed.write_text("Kind,2013\nA,<5\nB,40\nC,60\nTotal,102\n", encoding="utf-8")
    assert [(each.label, each.value) for each in desk.ask(AttackTable(printed))] == [("A", 2)]


def _shown(rows: list[ShownRow], prover: Prover | None = None) -> list[tuple[str | None, ...]]:
    headings = ("Q1", "Q2", "Q3", "Q4", "To date", "Target", "% of target")
    return list(
        what_may_be_shown([ShownTable(headings, tuple(rows))], Rule(), prover or HighsProver())[0].rows
    )


def test_the_quarters_of_an_indicator_are_protected_with_their_sum_and_percentage() -> None:
    rows = _shown([ShownRow("Referrals", (2, 10, 12, 20, 44, 50, "88%"))])
    assert rows[0][0] == "<5"
    assert sum(mark is not None for mark in rows[0][1:5]) >= 1
    assert rows[0][5] is None, "a target counts nobody"


def test_rows_that_are_not_sensitive_are_shown_as_they_are() -> None:
    assert _shown(
        [ShownRow("Sessions", (2, 10, None, None, 12, 50, "24%"), sensitive=False)], NeverAsked()
    ) == [(None,) * 7]
    rows = _shown(
        [
            ShownRow("Sessions", (2, 10, 12, 20, 44, 50, "88%"), sensitive=False),
            ShownRow("Referrals", (Decimal(3), Decimal(9), Decimal(11), Decimal(30), Decimal(53), 60, "88%")),
        ]
    )
    assert rows[0] == (None,) * 7
    assert rows[1][0] == "<5"


def test_without_a_small_count_the_solver_is_not_asked() -> None:
    assert _shown([ShownRow("Referrals", (0, 10, 12, 20, 42, 50, "84%"))], NeverAsked()) == [(None,) * 7]


def test_a_sum_of_one_row_counts_though_others_do_not_add_up() -> None:
    headings = ("Baseline", "Q1", "Q2", "Q3", "Q4", "To date")
    rows = (
        ShownRow("Clients", (171, 61, 70, 64, None, 195), sensitive=False),
        ShownRow("Hate", (None, 6, 3, 9, 5, 23)),
        ShownRow("Caseload", (None, 8, 13, 11, None, 11), sensitive=False),
    )
    made = what_may_be_shown([ShownTable(headings, rows)], Rule(), HighsProver())[0].rows
    assert made[1][2] == "<5"
    assert sum(mark is not None for mark in made[1]) >= 2
    assert made[0] == made[2] == (None,) * 6


def test_a_table_that_the_file_keeps_is_made_safe_from_its_original(
    desk: Desk, table: Path, tmp_path: Path
) -> None:
    file = desk.ask(ReadPerformanceFile(table))
    year = Days(date(2013, 1, 1), date(2013, 12, 31))
    choices = TableChoices("Kinds", {period.text: year for period in file.tables[0].periods})
    kept = desk.do(ImportPerformanceTable(file, choices, 0)).result.table
    table.unlink()
    looked = desk.ask(LookAtTable(table=kept))
    assert looked.name == "kinds.csv"
    assert sorted(looked.marks.values()) == ["<5", "[c]"]
    out = tmp_path / "safe.csv"
    desk.do(PublishSafeTable(Path(), out, "Assessment", "kept table", table=kept))
    assert "A,<5" in out.read_text(encoding="utf-8")
