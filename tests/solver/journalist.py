"""Tables as reports print them, and a journalist who knows how each was made and tries to undo what it hides.

A table is made of unknown counts; every printed cell is a sum, a difference, a share, a rate or an average of them. The
journalist lays what is shown before z3 with those very formulas, so that nothing is shared with the code judged.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import z3

#: A count as a sum of unknowns: each with its factor.
Sum = dict[int, int]


class Formula(NamedTuple):
    """What a cell is: *above*, or scale · above / below with so many *decimals* where *below* is not None."""

    above: Sum
    below: Sum | int | None = None
    scale: int = 100
    decimals: int = 0
    is_difference: bool = False


@dataclass(slots=True)
class Sheet:
    """A table: its *rows* of texts, the first the headings, and the formula of each cell (row, column)."""

    rows: list[list[str]] = field(default_factory=list)
    formulas: dict[tuple[int, int], Formula] = field(default_factory=dict)

    def as_shown(self, marks: dict[tuple[int, int], str]) -> list[list[str]]:
        """The texts with *marks* in their places."""
        return [
            [marks.get((at, column), text) for column, text in enumerate(row)]
            for at, row in enumerate(self.rows)
        ]

    def turned(self) -> Sheet:
        """The same with its rows as columns."""
        made = {(column, row): formula for (row, column), formula in self.formulas.items()}
        return Sheet([list(row) for row in zip(*self.rows, strict=True)], made)


@dataclass(slots=True)
class Paper:
    """Tables that are published together, *unknown* the true counts they are made of; *within* are parts that are no
    more than their whole; *sort* says what sort of table it is."""

    unknown: list[int] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    within: list[tuple[int, Sum]] = field(default_factory=list)
    sort: str = ""

    def new(self, value: int) -> Sum:
        self.unknown.append(value)
        return {len(self.unknown) - 1: 1}

    def value(self, of: Sum) -> int:
        return sum(self.unknown[at] * factor for at, factor in of.items())


def plus(*sums: Sum, minus: Sum | None = None) -> Sum:
    """The sum of several, less another."""
    made: Sum = {}
    for of in sums:
        for at, factor in of.items():
            made[at] = made.get(at, 0) + factor
    for at, factor in (minus or {}).items():
        made[at] = made.get(at, 0) - factor
    return {at: factor for at, factor in made.items() if factor}


def rounded(exact: Fraction, decimals: int) -> Fraction:
    """Half away from nought."""
    scaled = abs(exact) * 10**decimals + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if exact >= 0 else -whole, 10**decimals)


def _decimal(exact: Fraction, decimals: int) -> str:
    shown = rounded(exact, decimals)
    sign = "-" if shown < 0 else ""
    digits = str(abs(shown) * 10**decimals).rjust(decimals + 1, "0")
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


#: Columns that are periods.
TIMED = {"change", "cumulative", "average"}
SORTS = (
    *(
        "plain",
        "shares",
        "grand",
        "rowshares",
        "change",
        "rates",
        "average",
        "cumulative",
        "small",
        "one row",
    ),
    *("of which", "subtotals", "two tables", "quarters", "part total"),
)


class Maker:
    """Makes one paper from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.paper = Paper()

    def a_count(self, low: float = 0.45) -> int:
        rng = self.rng
        if rng.random() < low:
            return rng.choice([0, 1, 1, 2, 2, 3, 4, 4])
        return rng.choice([rng.randint(5, 12), rng.randint(5, 40), rng.randint(5, 300)])

    def print_formula(self, of: Formula, sign: str) -> str:
        paper = self.paper
        top = paper.value(of.above)
        if of.below is None:
            if of.is_difference:
                return f"+{top}" if top > 0 and self.plus_signs else str(top)
            return f"{top:,}" if self.commas else str(top)
        bottom = of.below if isinstance(of.below, int) else paper.value(of.below)
        if not bottom:
            return "-"
        text = _decimal(Fraction(of.scale * top, bottom), of.decimals)
        return text + sign

    def make(self) -> Paper:
        """The paper: one table of kinds by periods or areas, with what stands beside and below them, or several."""
        rng, paper = self.rng, self.paper
        self.plus_signs, self.commas = rng.random() < 0.3, rng.random() < 0.2
        paper.sort = rng.choice(SORTS)
        if paper.sort == "two tables":
            self.two_tables()
        elif paper.sort == "quarters":
            self.quarters()
        else:
            sorts = {paper.sort}
            if rng.random() < 0.35:
                sorts |= set(
                    rng.sample(["subtotals", "of which", "part total", "small", "shares", "rowshares"], 2)
                )
                paper.sort = "+".join(sorted(sorts))
            self.one_table(sorts)
            if rng.random() < 0.25:
                paper.sort += " turned"
                paper.sheets = [each.turned() for each in paper.sheets]
        return paper

    def put(self, sheet: Sheet, label: str, cells: Sequence[Formula | str]) -> None:
        row = [label]
        for cell in cells:
            if isinstance(cell, str):
                row.append(cell)
                continue
            sheet.formulas[len(sheet.rows), len(row)] = cell
            row.append(
                self.print_formula(cell, self.sign if cell.below is not None and cell.scale == 100 else "")
            )
        sheet.rows.append(row)

    sign = "%"

    def lines(self, sorts: set[str], columns: int) -> list[tuple[str, list[Sum], bool]]:
        """The rows: label, counts, whether it is a total of all."""
        rng, paper = self.rng, self.paper
        names = rng.sample(
            ["Racist", "Homophobic", "Disablist", "Religious", "Transphobic", "Sexist", "Age", "Other"], 8
        )
        rows = 1 if "one row" in sorts else rng.randint(2, 6 if columns < 4 else 5)
        low = 0.95 if "small" in sorts else 0.4
        made = [
            (names[at], [paper.new(self.a_count(low)) for _ in range(columns)], False) for at in range(rows)
        ]
        if rows > 2 and rng.random() < 0.15:
            at = rng.randrange(rows)
            for of in made[at][1]:
                paper.unknown[next(iter(of))] = 0
        total = [plus(*(line[1][at] for line in made)) for at in range(columns)]
        out: list[tuple[str, list[Sum], bool]] = list(made)
        if "subtotals" in sorts and rows >= 4:
            cut = rng.randint(2, rows - 2)
            groups = [made[:cut], made[cut:]]
            out = []
            first = rng.random() < 0.3
            for name, group in zip(("Violence", "Theft"), groups, strict=True):
                line = (
                    f"{name} total",
                    [plus(*(each[1][at] for each in group)) for at in range(columns)],
                    False,
                )
                out += [line, *group] if first else [*group, line]
        if "of which" in sorts:
            for label, counts, _ in rng.sample(made, min(rng.randint(1, 2), rows)):
                parts = []
                for of in counts:
                    whole = paper.value(of)
                    part = paper.new(rng.choice([0, min(2, whole), whole, rng.randint(0, whole)]))
                    paper.within.append((next(iter(part)), of))
                    parts.append(part)
                at = next(i for i, each in enumerate(out) if each[0] == label)
                out.insert(at + 1, (rng.choice(["of which repeat", "of which: online"]), parts, False))
        if "part total" in sorts and rows >= 3:
            cut = rng.randint(2, rows - 1)
            some = [plus(*(line[1][at] for line in made[:cut])) for at in range(columns)]
            out.append((rng.choice(["Hate crime", "Sub-total", "All hate crime"]), some, False))
        if rows > 1 and ("plain" not in sorts or rng.random() < 0.8):
            line = (rng.choice(["Total", "Grand total", "All crime", "Borough"]), total, True)
            out = [line, *out] if rng.random() < 0.15 else [*out, line]
        elif rows > 1:
            pass
        return out

    def one_table(self, sorts: set[str]) -> None:
        rng, paper, sheet = self.rng, self.paper, Sheet()
        areas = rng.random() < 0.35
        columns = rng.randint(1, 3)
        if sorts & {"change", "cumulative"}:
            columns = rng.randint(2, 3)
        if "average" in sorts:
            columns = 3
        heads = (
            ["North", "South", "East"]
            if areas and not sorts & TIMED
            else rng.choice([["2013", "2014", "2015"], ["2013/14", "2014/15", "2015/16"], ["Q1", "Q2", "Q3"]])
        )[:columns]
        if "rates" in sorts:
            columns, heads = 1, ["Incidents"]
        lines = self.lines(sorts, columns)
        decimals = rng.choice([0, 0, 1, 2])
        self.sign = rng.choice(["%", "%", ""]) if sorts & {"shares", "grand", "rowshares"} else "%"
        total = next((line[1] for line in lines if line[2]), None)
        across = bool(sorts & {"rowshares", "grand"}) or (
            not sorts & TIMED and columns > 1 and rng.random() < 0.5
        )
        shares = "shares" in sorts and total is not None
        heading = ["Type"]
        for head in heads:
            heading.append(head)
            if shares:
                heading.append(f"{head} %")
        if "cumulative" in sorts:
            heading += [f"{head} year to date" for head in heads[1:]]
        if across and columns > 1:
            heading.append(rng.choice(["Total", "All", "All years"] if not areas else ["Total", "Borough"]))
        if "rowshares" in sorts:
            heading += [f"{head} %" for head in heads]
        if "grand" in sorts:
            heading.append("% of all")
        gap = rng.random() < 0.6
        if "change" in sorts:
            heading += (["Difference"] if gap else []) + ["% change"]
        if "average" in sorts:
            heading.append("Average")
        populations = [rng.choice([1200, 5400, 12000, 14350, 31000, 90500]) for _ in lines]
        scale = rng.choice([1000, 1000, 10_000])
        if "rates" in sorts:
            heading = ["Area", "Population", "Incidents", f"Rate per {scale:,}"]
        sheet.rows.append(heading)
        for order, (label, counts, is_total) in enumerate(lines):
            cells: list[Formula | str] = []
            if "rates" in sorts:
                population = sum(populations) - populations[order] if is_total else populations[order]
                cells = [
                    str(population),
                    Formula(counts[0]),
                    Formula(counts[0], population, scale, rng.choice([decimals or 1])),
                ]
                self.put(sheet, label, cells)
                continue
            for at, of in enumerate(counts):
                cells.append(Formula(of))
                if shares and total is not None:
                    cells.append(Formula(of, total[at], 100, decimals))
            if "cumulative" in sorts:
                cells += [Formula(plus(*counts[: at + 1])) for at in range(1, columns)]
            whole = plus(*counts)
            if across and columns > 1:
                cells.append(Formula(whole))
            if "rowshares" in sorts:
                cells += [Formula(of, whole, 100, decimals) for of in counts]
            if "grand" in sorts:
                every = (
                    plus(*total) if total is not None else plus(*(each for line in lines for each in line[1]))
                )
                cells.append(Formula(whole, every, 100, decimals))
            if "change" in sorts:
                moved = plus(counts[1], minus=counts[0])
                if gap:
                    cells.append(Formula(moved, is_difference=True))
                cells.append(Formula(moved, counts[0], 100, rng.choice([decimals])))
            if "average" in sorts:
                cells.append(Formula(whole, columns, 1, decimals or 1))
            self.put(sheet, label, cells)
        paper.sheets.append(sheet)

    def two_tables(self) -> None:
        """By one thing and by another, of the same periods with the same total."""
        rng, paper = self.rng, self.paper
        one, other = rng.randint(2, 4), rng.randint(2, 4)
        columns = rng.randint(1, 2)
        cells = [
            [[paper.new(self.a_count(0.6)) for _ in range(columns)] for _ in range(other)] for _ in range(one)
        ]
        heads = ["2013", "2014"][:columns]
        decimals = rng.choice([0, 1])
        shares = rng.random() < 0.4
        total = [plus(*(cells[a][b][at] for a in range(one) for b in range(other))) for at in range(columns)]
        for name, labels, of in (
            (
                "Area",
                ["North", "South", "East", "West"][:one],
                [
                    [plus(*(cells[a][b][at] for b in range(other))) for at in range(columns)]
                    for a in range(one)
                ],
            ),
            (
                "Age",
                ["0-17", "18-24", "25-59", "60+"][:other],
                [
                    [plus(*(cells[a][b][at] for a in range(one))) for at in range(columns)]
                    for b in range(other)
                ],
            ),
        ):
            sheet = Sheet(
                [[name, *(each for head in heads for each in ([head, f"{head} %"] if shares else [head]))]]
            )
            for label, counts in [*zip(labels, of, strict=True), ("Total", total)]:
                row: list[Formula | str] = []
                for at, count in enumerate(counts):
                    row.append(Formula(count))
                    if shares:
                        row.append(Formula(count, total[at], 100, decimals))
                self.put(sheet, label, row)
            paper.sheets.append(sheet)

    def quarters(self) -> None:
        """A table of each of two half years, and one of the year."""
        rng, paper = self.rng, self.paper
        rows = rng.randint(2, 4)
        names = ["Racist", "Homophobic", "Disablist", "Religious"][:rows]
        areas = ["North", "South"][: rng.randint(1, 2)]
        halves = [[[paper.new(self.a_count(0.5)) for _ in areas] for _ in names] for _ in range(2)]
        year = [
            [plus(*(half[row][at] for half in halves)) for at in range(len(areas))] for row in range(rows)
        ]
        for counts in (*halves, year):
            sheet = Sheet([["Type", *areas]])
            for label, line in zip(names, counts, strict=True):
                self.put(sheet, label, [Formula(of) for of in line])
            self.put(
                sheet, "Total", [Formula(plus(*(line[at] for line in counts))) for at in range(len(areas))]
            )
            paper.sheets.append(sheet)


def paper_of(seed: int) -> Paper:
    """The paper of *seed*."""
    return Maker(seed).make()


class Narrowed(NamedTuple):
    """A hidden cell that can be narrowed: where, and the least and most that it can be."""

    sheet: int
    row: int
    column: int
    mark: str
    least: int
    most: int
    true: int


def narrowed(
    paper: Paper,
    shown: Sequence[list[list[str]]],
    threshold: int = 5,
    *,
    knows_the_rule: bool = False,
    given: Sequence[dict[tuple[int, int], str]] = (),
) -> list[Narrowed]:
    """What a journalist narrows further than the rule of *threshold* allows, who sees *shown*.

    *knows_the_rule*: also that a cell marked “[c]” that is not small is at least the threshold.
    """
    solver = z3.Solver()
    solver.set("timeout", 30_000)
    unknown = [z3.Int(f"x{at}") for at in range(len(paper.unknown))]
    for each in unknown:
        solver.add(each >= 0, each <= 5_000)
    for part, whole in paper.within:
        solver.add(unknown[part] <= _z3(whole, unknown))
    hidden: list[tuple[int, int, int, str, Any, int]] = []
    for at, (sheet, rows) in enumerate(zip(paper.sheets, shown, strict=True)):
        for (row, column), formula in sheet.formulas.items():
            text = rows[row][column]
            above = _z3(formula.above, unknown)
            if formula.below is None and not formula.is_difference:
                true = paper.value(formula.above)
                if text == f"<{threshold}":
                    solver.add(above >= 1, above < threshold)
                    hidden.append((at, row, column, text, above, true))
                elif text in ("[c]", "*"):
                    hidden.append((at, row, column, text, above, true))
                    if knows_the_rule and true >= threshold:
                        solver.add(above >= threshold)
                else:
                    solver.add(above == int(text.replace(",", "")))
            elif text in ("[c]", "*"):
                continue
            elif formula.below is None:
                solver.add(above == int(text))
            else:
                below = formula.below if isinstance(formula.below, int) else _z3(formula.below, unknown)
                if text == "-":
                    solver.add(below == 0)
                    continue
                solver.add(below >= 1)
                exact = Fraction(text.replace("%", "").replace(",", ""))
                parts = 2 * 10**formula.decimals
                middle = int(exact * parts)
                low = parts * formula.scale * above >= (middle - 1) * below
                high = parts * formula.scale * above <= (middle + 1) * below
                if middle >= 0:
                    high = parts * formula.scale * above < (middle + 1) * below
                if middle <= 0:
                    low = parts * formula.scale * above > (middle - 1) * below
                solver.add(low, high)
    assert solver.check() == z3.sat, "what is shown contradicts itself"
    found = []
    width = max(threshold - 2, 1)

    def can(*facts: Any) -> bool:
        solver.push()
        solver.add(*facts)
        answer = solver.check()
        solver.pop()
        assert answer != z3.unknown
        return bool(answer == z3.sat)

    for at, row, column, mark, cell, true in hidden:
        if mark == f"<{threshold}":
            if can(cell == 1) and can(cell == threshold - 1):
                continue
        elif can(cell >= true + width) or (true >= width and can(cell <= true - width)):
            continue
        least, most = true, true
        while least > 0 and can(cell < least):
            least -= 1
        while most < true + 2 * width and can(cell > most):
            most += 1
        if mark != f"<{threshold}" and most - least >= width:
            continue
        found.append(Narrowed(at, row, column, mark, least, most, true))
    return found


def _z3(of: Sum, unknown: Sequence[Any]) -> Any:
    return z3.Sum([factor * unknown[at] for at, factor in of.items()]) if of else z3.IntVal(0)
