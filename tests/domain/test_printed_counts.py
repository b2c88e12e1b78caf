"""A table whose small counts may be hidden: its counts are told from what is worked out of them."""

from __future__ import annotations

import pytest

from fundingapp.domain.printed_counts import Grid, What, read_grids, rows_of
from fundingapp.domain.printed_fields import Made
from fundingapp.domain.small_numbers import Rule
from fundingapp.domain.tied_counts import tie
from fundingapp.domain.tied_lines import Tie
from fundingapp.domain.tied_sums import Place


def grids_of(text: str) -> list[Grid]:
    return read_grids(rows_of([line.split("|") for line in text.strip().splitlines()]))


def kinds_of(text: str) -> list[str]:
    """The kinds of each row, a letter for each cell: c(ount), h(idden), d(ifference), r(atio), g(iven), t(ext), n."""
    [grid] = grids_of(text)
    return ["".join(kind.value[0] for kind in row) for row in grid.kinds]


def ties_of(text: str) -> list[Tie]:
    return list(tie(grids_of(text), Rule(), as_printed=True).ties)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("Kind|2018|2019|Var.|Var %\nA|3|9|6|200.0%\nB|20|30|10|50.0%", ["tccdr"] * 2, id="Var."),
        pytest.param(
            "Kind|2018|2019|Net\nA|3|9|+6\nB|20|11|-9", ["tccd"] * 2, id="a heading that says nothing"
        ),
        pytest.param(
            "Area|Population|Crimes|Rate\nA|900|9|10.0\nB|800|4|5.0", ["tgcr"] * 2, id="a population"
        ),
        pytest.param(
            "Type|Age|Transphobic\nQ1|6|99\nQ2|10|1\nDifference|+4|-98",
            ["tcc", "tcc", "tdd"],
            id="a difference in a row of its own leaves the columns counts",
        ),
        pytest.param(
            "Area|A|B|C\nNorth|3|4|9\nNorth %|19|25|56",
            ["tccc", "trrr"],
            id="a row of percentages without signs",
        ),
        pytest.param(
            "Kind|2018|2019\nIncrease in fraud|3|4\nShare scams|2|9\nPosition abuse|1|7",
            ["tcc"] * 3,
            id="a label that names a thing as well",
        ),
        pytest.param("Area|No.|%\nA|3|10%\nB|27|90%", ["tcr"] * 2, id="No. over counts"),
        pytest.param("Beat no.|Area|2018\n56|A|3\n57|B|4", ["ttc"] * 2, id="numbers that name the rows"),
        pytest.param(
            "Area|Year|No.\nA|2018|3\nA|2019|4\nB|2018|5\nB|2019|9", ["ttc"] * 4, id="years again and again"
        ),
        pytest.param("Kind|2018\nA|827(2)\nB|3 [r]\nC|1,234¹", ["tc"] * 3, id="marks of footnotes"),
        pytest.param(
            "Kind|2018\nA|..\nB|[x]\nC|31-34\nD|40", ["th", "th", "th", "tc"], id="marks of what is hidden"
        ),
        pytest.param("Kind|Cost\nA|£3\nB|£4", ["tg"] * 2, id="money"),
    ],
)
def test_counts_are_told_from_everything_else(text: str, kinds: list[str]) -> None:
    assert kinds_of(text) == kinds


def test_two_figures_in_a_cell_are_a_count_and_what_is_worked_out_of_it() -> None:
    [grid] = grids_of("Outcome|2018\nCharged|3 (5.0%)\nCaution|27 (45.0%)\nOther|30 (50.0%)\nTotal|60")
    assert grid.headings == ("Outcome", "2018", "2018 (in brackets)")
    assert [kind.value for kind in grid.kinds[0]] == ["text", "count", "ratio"]
    assert [each.how for each in grid.relations] == [Made.SHARE]
    # The count takes its percentage along; a percentage alone leaves the count.
    assert grid.marks({(0, 1): "<5", (0, 2): "[c]", (1, 2): "[c]"}) == {(2, 1): "<5", (3, 1): "27 ([c])"}


def test_tables_beside_each_other_are_two() -> None:
    left, right = grids_of("Ward|2018||Beat|2018\nAshby|3||N1|4\nStorer|10||N2|9\nSyston|11||N3|7")
    assert (left.headings, left.labels) == (("Ward", "2018"), (0,))
    assert (right.headings, right.labels) == (("", "", "", "Beat", "2018"), (3,))
    assert right.kinds[0] == (What.NOTHING, What.NOTHING, What.NOTHING, What.TEXT, What.COUNT)


@pytest.mark.parametrize(
    ("text", "terms", "least", "most"),
    [
        pytest.param(
            "Year|Crimes|Change\n2019|<5|\n2020|10|7\n2021|13|3\n2022|20|7\n2023|26|6",
            {((0, 0, 1), -1), ((0, 1, 1), 1)},
            7,
            7,
            id="the change on the year before",
        ),
        pytest.param(
            "Month|Crimes|Cumulative\nApril|10|10\nMay|<5|13\nJune|14|27\nJuly|9|36",
            {((0, 0, 1), 1), ((0, 1, 1), 1)},
            13,
            13,
            id="what has run up",
        ),
        pytest.param(
            "Area|Population|Crimes|Rate per 1,000\nA|1000|<5|3.0\nB|9000|90|10.0\nC|500|10|20.0\nD|8000|40|5.0",
            {((0, 0, 2), 1000)},
            2950,
            None,
            id="a rate of a population",
        ),
        pytest.param(
            "Kind|2020|2021|2022|Average\nA|<5|60|57|40.0\nB|50|60|55|55.0\nC|20|22|24|22.0\nD|7|8|9|8.0",
            {((0, 0, 1), 1), ((0, 0, 2), 1), ((0, 0, 3), 1)},
            120,
            None,
            id="an average",
        ),
    ],
)
def test_what_the_check_knows_ties_what_is_hidden(
    text: str, terms: set[tuple[tuple[int, int, int], int]], least: int, most: int | None
) -> None:
    wanted = {(Place(*place), factor) for place, factor in terms}
    found = [each for each in ties_of(text) if set(each.terms) == wanted]
    assert [(each.least, each.most) for each in found if each.least == least] == [(least, most)]


def test_a_publisher_who_rounds_to_the_even_leaves_both_ends_open() -> None:
    """Whoever sees that 12.5% is printed as 12% can't take 26% for less than 26.5%; who sees 13% can."""
    table = "Kind|2018|%\nA|1|{}%\nB|5|63%\nC|<5|26%\nTotal|8|"
    half = {}
    for shown in ("13", "12"):
        shares = [each for each in ties_of(table.format(shown)) if each.needs == Place(0, 2, 2)]
        half[shown] = sorted((dict(each.terms)[Place(0, 2, 1)], each.least) for each in shares)
    assert half["13"] != half["12"]
    assert [factor for factor, _ in half["13"]] == [factor for factor, _ in half["12"]]


def test_the_same_figure_in_two_tables_is_a_guess_where_one_is_hidden() -> None:
    grids = grids_of("Kind|2018\nRacist|297\nReligious|[c]") + grids_of("Kind|2018\nRacist|297\nReligious|4")
    tied = tie(grids, Rule(), as_printed=True)
    same = [each for each in tied.ties if each.kind == "same"]
    assert [(each.is_sure, {place for place, _ in each.terms}) for each in same] == [
        (False, {Place(0, 1, 1), Place(1, 1, 1)})
    ]
    assert tied.at[Place(0, 0, 1)] == tied.at[Place(1, 0, 1)]
