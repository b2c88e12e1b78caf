"""No hidden count can be worked out or narrowed: judged by z3 and by counting every table, never by our own solver."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from fundingapp.application.progress import SilentProgress
from fundingapp.domain import small_numbers, tied_figures
from fundingapp.domain.printed_counts import Grid, read_grids, rows_of
from fundingapp.domain.safe_tables import Hidden, Why, hide_small
from fundingapp.domain.small_numbers import Rule
from fundingapp.domain.table_attacks import Undone, undo
from fundingapp.solver.prover import HighsProver
from fundingapp.workbooks.tables import read_sheets
from tests.solver.random_tables import Made, as_shown, made, ranges

RULE = Rule()
#: A longer run: FUNDINGAPP_TABLES=1000.
TABLES = int(os.environ.get("FUNDINGAPP_TABLES", "14"))
PERFORMANCE = Path(__file__).parents[1] / "data" / "performance"


def _hide(grids: list[Grid], kept: tuple[bool, ...] = ()) -> Hidden:
    return hide_small(grids, RULE, HighsProver(), SilentProgress().report, kept)


def _undo(grids: list[Grid], kept: tuple[bool, ...] = ()) -> tuple[Undone, ...]:
    return undo(grids, RULE, HighsProver(), SilentProgress().report, kept)


def _table(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.strip().splitlines()]


def _grids(*texts: str) -> list[Grid]:
    return [grid for text in texts for grid in read_grids(rows_of(_table(text)))]


def _shown(text: str, hidden: Hidden) -> list[list[str]]:
    rows = _table(text)
    for cell in hidden.cells:
        if cell.place.table == 0:
            rows[cell.row - 1][cell.place.column] = cell.shown
    return rows


@pytest.mark.parametrize("seed", range(TABLES))
def test_no_hidden_count_of_a_random_table_can_be_worked_out(seed: int) -> None:
    table = made(seed)
    hidden = _hide(table.grids)
    assert not hidden.exposed
    shown = as_shown(table, hidden)
    _nothing_small_is_left(table, shown)
    found = ranges(table, shown)
    for place, (least, most) in found.items():
        if shown[place[0]][place[1]] == RULE.mark:
            assert (least, most) == (1, 4), (seed, place, shown)
        else:
            assert most - least >= RULE.width, (seed, place, shown)


def _nothing_small_is_left(table: Made, shown: list[list[str]]) -> None:
    columns = [table.column(period) for period in range(table.periods)] + (
        [table.last] if table.years else []
    )
    assert not [row for row in shown[1:] for at in columns if row[at] in {"1", "2", "3", "4"}]


@pytest.mark.parametrize("seed", range(100, 100 + TABLES))
def test_the_attack_finds_what_z3_finds_where_only_small_counts_are_hidden(seed: int) -> None:
    table = made(seed)
    shown = [list(row) for row in table.rows]
    columns = [table.column(period) for period in range(table.periods)] + (
        [table.last] if table.years else []
    )
    for row in shown[1:]:
        for at in columns:
            row[at] = RULE.mark if row[at] in {"1", "2", "3", "4"} else row[at]
    judged = {place: ends for place, ends in ranges(table, shown).items() if ends != (1, 4)}
    found = {
        (each.row - 1, each.place.column): (each.least, each.most)
        for each in _undo(read_grids(rows_of(shown)))
    }
    assert found == judged


SMALL = [
    "Kind,2014\nA,2\nB,7\nC,12\nTotal,21",
    "Kind,2014\nA,2\nB,5\nC,9\nD,30\nTotal,46",
    "Kind,2014\nA,1\nB,1\nC,1\nTotal,3",
    "Kind,2014\nA,3\nB,4\nC,40\nTotal,47",
    "Kind,2013,2014,Total\nA,2,8,10\nB,9,11,20\nTotal,11,19,30",
    "Kind,North,South,Total\nA,2,30,32\nB,20,6,26\nC,40,50,90\nTotal,62,86,148",
]


def _reach(rows: list[list[str]], hide: frozenset[tuple[int, int]]) -> bool:
    """Whether every table that a reader must hold possible leaves each hidden cell open: by counting them all out."""
    width, height = len(rows[0]) - 1, len(rows) - 1
    base_columns = range(width - 1) if rows[0][-1] == "Total" else range(width)
    values = [[int(text) for text in row[1:]] for row in rows[1:]]

    def least(row: int, column: int) -> int:
        return 1 if values[row][column] < 5 else 5

    def most(row: int, column: int) -> int:
        return 4 if values[row][column] < 5 else 10**6

    free = [(row, column) for row in range(height - 1) for column in base_columns if (row, column) in hide]
    options = [
        range(1, 5)
        if values[row][column] < 5
        else range(max(5, values[row][column] - 8), values[row][column] + 9)
        for row, column in free
    ]
    seen: dict[tuple[int, int], set[int]] = {place: set() for place in hide}
    for chosen in itertools.product(*options):
        table = [list(row) for row in values]
        for (row, column), value in zip(free, chosen, strict=True):
            table[row][column] = value
        for row in range(height - 1):
            if len(base_columns) < width:
                table[row][-1] = sum(table[row][:-1])
        table[-1] = [sum(row[column] for row in table[:-1]) for column in range(width)]
        if all(
            least(row, column) <= table[row][column] <= most(row, column)
            if (row, column) in hide
            else table[row][column] == values[row][column]
            for row in range(height)
            for column in range(width)
        ):
            for row, column in hide:
                seen[row, column].add(table[row][column])
    return all(
        (found >= {1, 4}) if values[row][column] < 5 else (bool(found) and max(found) - min(found) >= 3)
        for (row, column), found in seen.items()
    )


@pytest.mark.parametrize("text", [SMALL[0], SMALL[1], SMALL[3], SMALL[4], SMALL[5]])
def test_no_way_of_hiding_fewer_cells_is_safe(text: str) -> None:
    rows = _table(text)
    hidden = _hide(_grids(text))
    ours = frozenset((cell.row - 2, cell.place.column - 1) for cell in hidden.cells)
    small = frozenset(
        (row, column)
        for row in range(len(rows) - 1)
        for column in range(len(rows[0]) - 1)
        if 1 <= int(rows[row + 1][column + 1]) <= 4
    )
    assert hidden.is_least
    assert small <= ours
    others = [
        (row, column)
        for row in range(len(rows) - 1)
        for column in range(len(rows[0]) - 1)
        if (row, column) not in small
    ]
    assert _reach(rows, ours), "by counting them out, what we hide is safe"
    fewer = len(ours - small) - 1
    if fewer >= 0:
        assert not any(_reach(rows, small | set(more)) for more in itertools.combinations(others, fewer))


def test_coventry_is_undone_completely_and_can_be_followed_with_a_pencil() -> None:
    sheets, _ = read_sheets(
        PERFORMANCE / "coventry_hate_crime_small_numbers.csv", "coventry.csv", lambda *_: None
    )
    found = _undo(read_grids(sheets[0]))
    assert [(each.row, each.column, each.label, each.value) for each in found] == [
        (3, "2013 total", "Gypsy/Traveller", 1),
        (3, "2014 total", "Gypsy/Traveller", 1),
        (4, "2014 total", "Homophobic", 2),
        (8, "2014 total", "Transphobic", 2),
        (9, "2013 total", "Blank", 1),
        (9, "2014 total", "Blank", 1),
    ]
    assert "327 − 325 shown leaves 2 for 2 cells that are hidden, each at least 1" in found[0].how
    assert "Homophobic, 2014 % is shown as 1%, so Homophobic, 2014 total is from 2 to 4." in found[2].how


def test_coventry_can_be_made_safe() -> None:
    sheets, _ = read_sheets(
        PERFORMANCE / "coventry_hate_crime_small_numbers.csv", "coventry.csv", lambda *_: None
    )
    hidden = _hide(read_grids(sheets[0]))
    assert not hidden.exposed
    assert not hidden.hides_total
    assert (hidden.of(Why.SECONDARY), hidden.is_least) == (9, True)
    assert hidden.of(Why.PRIMARY) == 0  # they were hidden before
    assert all(cell.reason.startswith("protects row ") for cell in hidden.cells)


def test_nought_stays_and_a_table_without_small_counts_is_left_alone() -> None:
    text = "Kind,2014\nA,0\nB,7\nTotal,7"
    assert _hide(_grids(text)).cells == ()


def test_a_small_total_of_several_counts_is_withheld_without_a_range() -> None:
    text = "Kind,2013,2014\nA,1,9\nB,1,14\nTotal,2,23"
    hidden = _hide(_grids(text))
    assert _shown(text, hidden) == [
        ["Kind", "2013", "2014"],
        ["A", "<5", "9"],
        ["B", "<5", "14"],
        ["Total", "[c]", "23"],
    ]


def test_a_difference_that_gives_a_count_away_is_hidden() -> None:
    text = "Kind,2013,2014,Difference\nA,2,30,28\nB,40,50,10\nC,60,70,10\nTotal,102,150,48"
    hidden = _hide(_grids(text))
    shown = _shown(text, hidden)
    assert shown[1][1] == "<5"
    assert shown[1][3] == "[c]"
    assert not _undo(read_grids(rows_of(shown)))


def test_a_total_that_is_wrong_is_said_and_protected_all_the_same() -> None:
    text = "Kind,2013\nA,2\nB,40\nC,60\nD,33\nTotal,137"
    hidden = _hide(_grids(text))
    assert hidden.notes == (
        "Total, 2013 is 137, but its parts add up to 135; it was protected all the same.",
    )
    assert not _undo(read_grids(rows_of(_shown(text, hidden))))


def test_what_is_worked_out_and_can_not_be_checked_goes_with_the_hidden_count() -> None:
    text = "Area,Incidents,Rate per 1000\nA,3,0.25\nB,28,2.00\nC,18,2.00"
    assert _shown(text, _hide(_grids(text)))[1:] == [
        ["A", "<5", "[c]"],
        ["B", "28", "2.00"],
        ["C", "18", "2.00"],
    ]
    points = "Type,2013 %,2014 %,Change (pp),2013,2014\nA,10%,20%,+10,4,9\nB,90%,80%,-10,36,36\nTotal,100%,100%,0,40,45"
    assert _shown(points, _hide(_grids(points)))[1] == ["A", "[c]", "20%", "[c]", "<5", "9"]


def test_a_rate_of_a_population_that_stands_beside_it_gives_the_count_away() -> None:
    text = (
        "Area,Population,Incidents,Rate per 1000\nA,12000,3,0.25\nB,14000,28,2.00\nC,9000,18,2.00\n"
        "Total,35000,49,1.40"
    )
    shown = _shown(text, _hide(_grids(text)))
    assert [row[1] for row in shown[1:]] == ["12000", "14000", "9000", "35000"], "a population counts nobody"
    assert shown[1][2:] == ["<5", "[c]"]
    assert sum(row[2] == "[c]" for row in shown[1:]) == 1


def test_a_long_table_is_tied_by_each_of_its_labels() -> None:
    text = (
        "Area,Type,Count\nNorth,Hate,3\nNorth,ASB,20\nNorth,All,23\nSouth,Hate,9\nSouth,ASB,30\nSouth,All,39\n"
        "Total,Hate,12\nTotal,ASB,50\nTotal,All,62"
    )
    assert [row[2] for row in _shown(text, _hide(_grids(text)))[1:]] == [
        *["<5", "[c]", "23"],
        *["[c]", "[c]", "39"],
        *["12", "50", "62"],
    ]


def test_headings_in_two_rows_are_understood() -> None:
    text = ",2013,,2014,\nKind,Total,%,Total,%\nA,2,5%,17,40%\nB,16,42%,9,21%\nC,20,53%,16,38%\nTotal,38,100%,42,100%"
    [grid] = _grids(text)
    assert grid.headings == ("Kind", "2013 Total", "2013 %", "2014 Total", "2014 %")
    shown = _shown(text, _hide([grid]))
    assert shown[2][1:3] == ["<5", "[c]"]


def test_a_total_whose_name_says_nothing_is_seen_by_its_figures() -> None:
    text = "Kind,2013,2014\nA,2,30\nB,40,50\nC,60,70\nCharnwood,102,150"
    shown = _shown(text, _hide(_grids(text)))
    assert sum(row[1] in ("<5", "[c]") for row in shown[1:]) >= 2


def test_a_table_published_before_is_not_undone_by_the_next() -> None:
    earlier = "Kind,2013\nA,<5\nB,[c]\nC,60\nTotal,102"
    text = "Kind,2013\nA,2\nB,40\nC,60\nTotal,102"
    assert [row[1] for row in _shown(text, _hide(_grids(text, earlier), (False, True)))[1:3]] == ["<5", "[c]"]
    open_one = "Kind,2013\nA,<5\nB,40\nC,[c]\nTotal,102"
    hidden = _hide(_grids(text, open_one), (False, True))
    assert _shown(text, hidden)[3][1] == "[c]", "what the earlier table shows can't protect"


def test_what_can_not_be_protected_is_said() -> None:
    text = "Kind,2013\nA,2\nB,40\nC,60\nTotal,102"
    everything_else = "Kind,2013\nB,40\nC,60\nTotal,102"
    hidden = _hide(_grids(text, everything_else), (False, True))
    assert [(each.label, each.value) for each in hidden.exposed] == [("A", 2)]
    assert "could still be worked out" in hidden.finding


def test_quarters_in_four_tables_do_not_undo_the_year() -> None:
    quarters = [
        f"Kind,Q{at}\nA,{a}\nB,{b}\nC,{c}"
        for at, (a, b, c) in enumerate([(2, 9, 20), (7, 8, 30), (6, 9, 11), (9, 12, 13)], 1)
    ]
    year = "Kind,2018/19\nA,24\nB,38\nC,74"
    grids = _grids(year, *quarters)
    hidden = _hide(grids)
    assert any(cell.label == "A" and cell.why is Why.SECONDARY for cell in hidden.cells)


#: Every period calls itself a total, and nothing that is shown says which of them add up.
PERIODS = """\
Type,2013 total,2013 %,2014 total,2014 %,2015 total,2015 %,2016 total,2016 %
Category A,0,0%,2,29%,4,50%,1,25%
Category B,5,100%,5,71%,4,50%,3,75%
Total,5,-,7,-,8,-,4,-
"""


def test_periods_that_are_all_called_totals_are_not_taken_for_totals_of_each_other() -> None:
    [grid] = _grids(PERIODS)
    hidden = _hide([grid])
    assert not hidden.exposed
    assert not hidden.knows_better
    assert [row[1] for row in _shown(PERIODS, hidden)] == ["2013 total", "0", "5", "5"]


#: “All” is a word for a total, but the rows above do not sum to it and nothing shown says so.
GUESSED = "Kind,2013\nAll day,2\nYear round,3\nAny,4\nWhole,1\n"


def test_a_guess_by_the_words_that_is_not_so_refuses_no_table() -> None:
    hidden = _hide(_grids(GUESSED))
    assert not hidden.exposed
    shown = _grids("\n".join(",".join(row) for row in _shown(GUESSED, hidden)))
    assert all(row[1].text in ("<5", "[c]") for row in shown[0].rows)
    # Whoever knows the table leaves the guess out; a stranger's guess is wrong.
    found = undo(shown, RULE, HighsProver(), SilentProgress().report, (), _grids(GUESSED))
    assert not found


@pytest.mark.parametrize("seed", range(200, 200 + TABLES))
def test_no_right_table_is_refused_when_there_is_no_time_to_search(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_numbers, "_SEARCHES_FOR", 0)
    table = made(seed)
    hidden = _hide(table.grids)
    assert not hidden.exposed
    assert not _undo(read_grids(rows_of(as_shown(table, hidden))))


def test_the_beats_of_a_borough_are_hidden_without_trying_each_figure_against_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0
    value = tied_figures.WorkedOut.value

    def counted(worked_out: tied_figures.WorkedOut, of: tied_figures.Terms) -> object:
        nonlocal asked
        asked += 1
        return value(worked_out, of)

    monkeypatch.setattr(tied_figures.WorkedOut, "value", counted)
    sheets, _ = read_sheets(PERFORMANCE / "charnwood_crime_by_beat.csv", "beats.csv", lambda *_: None)
    hidden = _hide(read_grids(sheets[0]))
    assert not hidden.exposed
    assert asked < 40_000  # more than 100,000 when every way was tried to its end


def test_sixty_rows_of_fifteen_columns_take_seconds() -> None:
    import random

    rng = random.Random(60)
    counts = [
        [rng.choice([0, 2, 3, rng.randint(5, 90), rng.randint(5, 90)]) for _ in range(15)] for _ in range(60)
    ]
    rows = [["Area", *(f"Kind {at}" for at in range(15)), "Total"]]
    rows += [[f"Area {at}", *map(str, row), str(sum(row))] for at, row in enumerate(counts)]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    rows.append(["Total", *map(str, sums), str(sum(sums))])
    hidden = _hide(read_grids(rows_of(rows)))
    assert not hidden.exposed
    for cell in hidden.cells:
        rows[cell.row - 1][cell.place.column] = cell.shown
    assert not _undo(read_grids(rows_of(rows)))
