"""What is wrong or odd, planted in a right exchange workbook: each is named by its sheet and row, and by the other
place. What a right workbook of somebody else may hold is never called a contradiction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fundingapp.domain.exchange.book import made_book
from fundingapp.domain.exchange.checking import check_book
from fundingapp.domain.exchange.notes import Notes, Noticed
from fundingapp.domain.exchange.reading import RawSheet, read_sheets
from fundingapp.domain.ledger import RawRow

Sheets = dict[str, list[list[Any]]]
_Y, _Z = "2018/19", "2019/20"


def right() -> Sheets:
    """A workbook that nothing is to be said of; the first row of each sheet has its headings."""
    return {
        "parties": [
            ["party", "kind", "from", "to", "succeeded by"],
            ["The PCC", "commissioner", None, None, None],
            ["Old Mayor", "commissioner", date(2010, 4, 1), date(2017, 5, 7), "The PCC"],
        ],
        "themes": [
            ["theme", "priority", "from year", "to year"],
            ["Safer", "Violence", "2017/18", "2020/21"],
        ],
        "funds": [
            ["fund", "funder", "ring-fence", "payment basis", "carry-forward", "unallocated limit"],
            ["CSG", "The PCC", "", "arrears", "with agreement", None],
            ["SVD", "The PCC", "", "advance", "no", None],
        ],
        "allocations": [
            ["fund", "year", "kind", "status", "amount", "notified", "letter"],
            ["CSG", _Y, "revenue", "confirmed", 900, date(2018, 3, 1), "L1"],
            ["CSG", _Y, "revenue", "revised", 1000, date(2018, 6, 1), "L2"],
            ["CSG", _Z, "revenue", "confirmed", 500, date(2019, 3, 1), "L3"],
            ["CSG", _Y, "capital", "confirmed", 200, date(2018, 3, 1), "L1"],
            ["SVD", _Y, "revenue", "confirmed", 300, date(2018, 3, 1), "S1"],
            ["SVD", _Y, "revenue", "withdrawn", 50, date(2018, 9, 1), "S2"],
        ],
        "projects": [
            ["ref", "project", "theme", "priority", "area", "lead", "partner", "from", "to"],
            ["P1", "Alpha", "Safer", "Violence", "", "", "", date(2018, 4, 1), date(2020, 3, 31)],
            ["P2", "Beta", "Safer", "", "", "", "The PCC", None, None],
        ],
        "bids": [
            ["bid", "ref", "fund", "year", "kind", "amount", "state", "submitted", "decided", "awarded"],
            ["B1", "P1", "CSG", _Y, "revenue", 700, "part approved", date(2018, 2, 1), date(2018, 3, 1), 600],
        ],
        "awards": [
            ["ref", "fund", "year", "kind", "amount", "dated"],
            ["P1", "CSG", _Y, "revenue", 600, date(2018, 4, 1)],
            ["P2", "CSG", _Y, "revenue", 300, None],
            ["P2", "CSG", _Y, "capital", 200, None],
            ["P2", "SVD", _Y, "revenue", 250, None],
        ],
        "virements": [
            [
                "number",
                "dated",
                "fund",
                "year",
                "kind",
                "from ref",
                "to ref",
                "amount",
                "authority",
                "letter",
            ],
            ["1", date(2018, 9, 1), "CSG", _Y, "revenue", "P1", "P2", 100, "board", ""],
            ["2", date(2018, 10, 1), "CSG", _Y, "revenue", "contingency", "P1", 50, "board", ""],
        ],
        "carry forwards": [
            ["fund", "ref", "from year", "kind", "state", "asked", "agreed", "decided", "letter"],
            ["CSG", "P1", _Y, "revenue", "part agreed", 80, 70, date(2019, 6, 1), "CF1"],
            ["CSG", "P2", _Y, "revenue", "refused", 20, 0, date(2019, 6, 1), "CF1"],
        ],
        "profile": [
            ["ref", "fund", "year", "kind", "period", "amount"],
            ["P1", "CSG", _Y, "revenue", 1, 300],
            ["P1", "CSG", _Y, "revenue", 2, 250],
        ],
        "ledger": [
            ["transaction", "year", "period", "date", "cost centre", "supplier", "amount"],
            ["T1", _Y, 1, date(2018, 4, 9), "C1", "Ann", 400],
            ["T2", _Y, 3, date(2018, 6, 9), "C1", "Ben", 200],
            ["T3", _Y, 5, date(2018, 8, 9), "C1", "PCC", -500],
            ["T4", _Z, 1, date(2019, 4, 9), "C1", "Ann", 30],
        ],
        "charges": [
            ["transaction", "ref", "fund", "kind", "amount", "reason"],
            ["T1", "P1", "CSG", "revenue", 400, "x"],
            ["T2", "P2", "CSG", "revenue", 150, "x"],
            ["T2", "P2", "CSG", "capital", 50, "x"],
            ["T3", "income", None, None, -500, "x"],
            ["T4", "P1", "CSG", "revenue", 30, "x"],
        ],
        "accruals": [
            [
                "accrual",
                "ref",
                "fund",
                "kind",
                "year",
                "amount",
                "supplier",
                "description",
                "reverses in year",
                "reverses in period",
            ],
            ["A1", "P1", "CSG", "revenue", _Y, 10, "S", "d", _Z, 1],
        ],
        "claims": [
            ["claim", "fund", "year", "period from", "period to", "amount", "state", "approved"],
            ["K1", "CSG", _Y, 1, 3, 500, "paid", 490],
            ["K2", "CSG", _Y, 4, 6, 10, "submitted", None],
        ],
        "payments": [
            ["payment", "fund", "year", "dated", "amount", "claim", "transaction"],
            ["Y1", "CSG", _Y, date(2018, 8, 9), 490, "K1", "T3"],
            ["Y2", "SVD", _Y, date(2018, 8, 9), 250, "", ""],
        ],
        "repayments": [
            ["fund", "year", "dated", "amount", "invoice"],
            ["SVD", _Y, date(2019, 5, 1), 250, "INV1"],
        ],
        "indicators": [
            ["indicator", "ref", "unit", "direction", "flow or stock"],
            ["I1", "P1", "%", "up is good", "flow"],
        ],
        "figures": [
            ["indicator", "from", "to", "value", "numerator", "denominator", "status", "note"],
            ["I1", date(2018, 4, 1), date(2018, 6, 30), 27.3, 15, 55, "actual", ""],
            ["I1", date(2018, 7, 1), date(2018, 9, 30), None, 12, 50, "actual", ""],
        ],
    }


def noticed(sheets: Sheets) -> list[Noticed]:
    """Everything that is noticed of a workbook, beside an empty file."""
    raw = [
        RawSheet(
            name,
            tuple(map(str, rows[0])),
            [RawRow(at, tuple(row)) for at, row in enumerate(rows[1:], start=2)],
        )
        for name, rows in sheets.items()
    ]
    notes = Notes()
    check_book(made_book(read_sheets(raw, (), notes, lambda *_: None), {}, notes), notes)
    return notes.all


def test_nothing_is_said_of_a_right_workbook() -> None:
    assert [each.text for each in noticed(right())] == []


def put(sheet: str, row: int, heading: str, value: Any) -> Callable[[Sheets], None]:
    """Puts *value* into a cell, the row as it is numbered in the sheet."""

    def plant(sheets: Sheets) -> None:
        sheets[sheet][row - 1][sheets[sheet][0].index(heading)] = value

    return plant


def add(sheet: str, *values: Any) -> Callable[[Sheets], None]:
    """Adds a row to a sheet."""
    return lambda sheets: sheets[sheet].append(list(values))


def both(*plants: Callable[[Sheets], None]) -> Callable[[Sheets], None]:
    def plant(sheets: Sheets) -> None:
        for each in plants:
            each(sheets)

    return plant


#: A plant, the code, the place of it, and the other place (None where there is none).
PLANTED: list[tuple[str, Callable[[Sheets], None], str, tuple[str, int], tuple[str, int] | None]] = [
    (
        "no such successor",
        put("parties", 3, "succeeded by", "Nobody"),
        "reference.unknown",
        ("parties", 3),
        None,
    ),
    (
        "a party that ends early",
        put("parties", 3, "to", date(2009, 1, 1)),
        "days.order",
        ("parties", 3),
        None,
    ),
    ("its own successor", put("parties", 2, "succeeded by", "The PCC"), "party.itself", ("parties", 2), None),
    (
        "a circle of successors",
        put("parties", 2, "succeeded by", "Old Mayor"),
        "party.circle",
        ("parties", 2),
        ("parties", 3),
    ),
    (
        "a party twice",
        add("parties", "the pcc", "funder", None, None, None),
        "key.repeated",
        ("parties", 4),
        ("parties", 2),
    ),
    (
        "years of the plan turned round",
        put("themes", 2, "to year", "2016/17"),
        "years.order",
        ("themes", 2),
        None,
    ),
    ("no such funder", put("funds", 3, "funder", "The Lottery"), "reference.unknown", ("funds", 3), None),
    (
        "a fund twice",
        add("funds", "CSG", "The PCC", "", "advance", "no", None),
        "key.repeated",
        ("funds", 4),
        ("funds", 2),
    ),
    ("no such fund", put("allocations", 4, "fund", "XYZ"), "reference.unknown", ("allocations", 4), None),
    (
        "a fund that is nearly there",
        put("awards", 2, "fund", "CSGG"),
        "reference.unknown",
        ("awards", 2),
        ("funds", 2),
    ),
    (
        "two of one day",
        add("allocations", "CSG", _Y, "revenue", "revised", 1001, date(2018, 6, 1), "L9"),
        "allocation.same_day",
        ("allocations", 8),
        ("allocations", 3),
    ),
    (
        "more withdrawn than allocated",
        put("allocations", 7, "amount", 301),
        "allocation.withdrawn",
        ("allocations", 7),
        ("allocations", 6),
    ),
    (
        "an allocation below nought",
        put("allocations", 4, "amount", -5),
        "amount.sign",
        ("allocations", 4),
        None,
    ),
    ("no such kind", put("allocations", 4, "kind", "income"), "cell.unreadable", ("allocations", 4), None),
    ("no such year", put("allocations", 4, "year", "2018/20"), "cell.unreadable", ("allocations", 4), None),
    ("no such status", put("allocations", 4, "status", "sure"), "cell.unreadable", ("allocations", 4), None),
    ("no amount", put("allocations", 4, "amount", None), "cell.missing", ("allocations", 4), None),
    (
        "an amount that is none",
        put("allocations", 4, "amount", "lots"),
        "cell.unreadable",
        ("allocations", 4),
        None,
    ),
    (
        "part of a penny",
        put("allocations", 4, "amount", "5.001"),
        "cell.unreadable",
        ("allocations", 4),
        None,
    ),
    (
        "an error of a formula",
        put("allocations", 4, "amount", "#REF!"),
        "cell.unreadable",
        ("allocations", 4),
        None,
    ),
    (
        "a project twice",
        add("projects", "p1", "Other", *[""] * 5, None, None),
        "key.repeated",
        ("projects", 4),
        ("projects", 2),
    ),
    (
        "just the same project twice",
        add("projects", "P2", "Beta", "Safer", "", "", "", "The PCC", None, None),
        "key.repeated",
        ("projects", 4),
        ("projects", 3),
    ),
    (
        "a project that ends early",
        put("projects", 2, "to", date(2018, 1, 1)),
        "days.order",
        ("projects", 2),
        None,
    ),
    ("no such theme", put("projects", 2, "theme", "Cleaner"), "reference.unknown", ("projects", 2), None),
    ("no such priority", put("projects", 2, "priority", "Noise"), "reference.unknown", ("projects", 2), None),
    (
        "no such partner",
        put("projects", 3, "partner", "A charity"),
        "reference.unknown",
        ("projects", 3),
        None,
    ),
    (
        "decided before it was submitted",
        put("bids", 2, "decided", date(2018, 1, 1)),
        "days.order",
        ("bids", 2),
        None,
    ),
    (
        "a bid twice",
        add("bids", "B1", "P2", "CSG", _Y, "revenue", 1, "draft", None, None, None),
        "key.repeated",
        ("bids", 3),
        ("bids", 2),
    ),
    ("no such project", put("awards", 2, "ref", "LF99"), "reference.unknown", ("awards", 2), None),
    (
        "a virement that takes a project below zero",
        put("virements", 2, "amount", 601),
        "virement.below_zero",
        ("virements", 2),
        ("awards", 2),
    ),
    (
        "below zero only by their order",
        both(
            put("virements", 2, "amount", 620),
            put("virements", 2, "dated", date(2018, 9, 1)),
            put("virements", 3, "dated", date(2018, 9, 2)),
        ),
        "virement.below_zero",
        ("virements", 2),
        ("awards", 2),
    ),
    (
        "more than the contingency has",
        put("virements", 3, "amount", 101),
        "virement.below_zero",
        ("virements", 3),
        None,
    ),
    (
        "from where nothing is",
        put("virements", 2, "kind", "capital"),
        "virement.no_line",
        ("virements", 2),
        ("awards", 2),
    ),
    ("to itself", put("virements", 2, "to ref", "P1"), "virement.itself", ("virements", 2), None),
    ("of nothing", put("virements", 2, "amount", 0), "amount.sign", ("virements", 2), None),
    (
        "to a project that is not there",
        put("virements", 2, "to ref", "P9"),
        "reference.unknown",
        ("virements", 2),
        None,
    ),
    (
        "more agreed than asked",
        put("carry forwards", 2, "agreed", 81),
        "carry_forward.agreed",
        ("carry forwards", 2),
        None,
    ),
    (
        "refused and agreed",
        put("carry forwards", 3, "agreed", 5),
        "carry_forward.state",
        ("carry forwards", 3),
        None,
    ),
    (
        "agreed with nothing",
        both(put("carry forwards", 2, "state", "agreed"), put("carry forwards", 2, "agreed", 0)),
        "carry_forward.state",
        ("carry forwards", 2),
        None,
    ),
    (
        "only requested",
        put("carry forwards", 2, "state", "requested"),
        "carry_forward.state",
        ("carry forwards", 2),
        None,
    ),
    (
        "carried twice",
        add("carry forwards", "CSG", "P1", _Y, "revenue", "agreed", 5, 5, None, "CF"),
        "key.repeated",
        ("carry forwards", 4),
        ("carry forwards", 2),
    ),
    ("a profile of period 13", put("profile", 2, "period", 13), "profile.period", ("profile", 2), None),
    ("a month twice", put("profile", 3, "period", 1), "key.repeated", ("profile", 3), ("profile", 2)),
    (
        "a transaction twice",
        put("ledger", 3, "transaction", "T1"),
        "key.repeated",
        ("ledger", 3),
        ("ledger", 2),
    ),
    ("a period that is none", put("ledger", 2, "period", 14), "cell.unreadable", ("ledger", 2), None),
    (
        "a charge above its line",
        put("charges", 2, "amount", "400.01"),
        "charge.above_line",
        ("charges", 2),
        ("ledger", 2),
    ),
    (
        "charges above their line together",
        put("charges", 4, "amount", 51),
        "charge.above_line",
        ("charges", 4),
        ("ledger", 3),
    ),
    (
        "a charge against its line",
        put("charges", 2, "amount", -400),
        "charge.sign",
        ("charges", 2),
        ("ledger", 2),
    ),
    (
        "a charge of no line",
        put("charges", 2, "transaction", "X77"),
        "reference.unknown",
        ("charges", 2),
        None,
    ),
    ("a charge to nobody", put("charges", 2, "ref", "LF99"), "reference.unknown", ("charges", 2), None),
    ("a charge without its fund", put("charges", 2, "fund", ""), "cell.missing", ("charges", 2), None),
    (
        "an accrual that reverses before",
        put("accruals", 2, "reverses in year", _Y),
        "accrual.reversal",
        ("accruals", 2),
        None,
    ),
    (
        "an accrual twice",
        add("accruals", "A1", "P2", "CSG", "revenue", _Y, 1, "S", "d", None, None),
        "key.repeated",
        ("accruals", 3),
        ("accruals", 2),
    ),
    (
        "claim periods turned round",
        put("claims", 2, "period to", 0.5),
        "cell.unreadable",
        ("claims", 2),
        None,
    ),
    ("a claim that ends early", put("claims", 3, "period to", 3), "periods.order", ("claims", 3), None),
    ("more approved than claimed", put("claims", 2, "approved", 501), "claim.approved", ("claims", 2), None),
    ("approved before it is decided", put("claims", 3, "approved", 5), "claim.state", ("claims", 3), None),
    ("a claim twice", put("claims", 3, "claim", "K1"), "key.repeated", ("claims", 3), ("claims", 2)),
    ("no such claim", put("payments", 3, "claim", "Q9"), "reference.unknown", ("payments", 3), None),
    (
        "no such transaction",
        put("payments", 3, "transaction", "Q9"),
        "reference.unknown",
        ("payments", 3),
        None,
    ),
    (
        "a payment twice",
        put("payments", 3, "payment", "Y1"),
        "key.repeated",
        ("payments", 3),
        ("payments", 2),
    ),
    (
        "an indicator of nobody",
        put("indicators", 2, "ref", "Q9"),
        "reference.unknown",
        ("indicators", 2),
        None,
    ),
    (
        "a figure of no indicator",
        put("figures", 2, "indicator", "Z"),
        "reference.unknown",
        ("figures", 2),
        None,
    ),
    (
        "a figure that ends early",
        put("figures", 2, "to", date(2018, 3, 1)),
        "days.order",
        ("figures", 2),
        None,
    ),
]

#: The same of what a right workbook of somebody else may hold, which is named just so and kept.
DOUBTED: list[tuple[str, Callable[[Sheets], None], str, tuple[str, int], tuple[str, int] | None]] = [
    (
        "revised before it was confirmed",
        put("allocations", 3, "notified", date(2018, 2, 1)),
        "allocation.order",
        ("allocations", 3),
        ("allocations", 2),
    ),
    ("more awarded than asked", put("bids", 2, "awarded", 701), "bid.awarded", ("bids", 2), None),
    ("awarded to a draft", put("bids", 2, "state", "draft"), "bid.state", ("bids", 2), None),
    (
        "more than its bid's sum",
        put("awards", 2, "amount", 601),
        "award.above_bid",
        ("awards", 2),
        ("bids", 2),
    ),
    (
        "an award for a rejected bid",
        both(put("bids", 2, "state", "rejected"), put("bids", 2, "awarded", None)),
        "award.undecided",
        ("awards", 2),
        ("bids", 2),
    ),
    (
        "part agreed, and all of it",
        put("carry forwards", 2, "agreed", 80),
        "carry_forward.state",
        ("carry forwards", 2),
        None,
    ),
    (
        "more carried than was left",
        both(put("carry forwards", 2, "asked", 200), put("carry forwards", 2, "agreed", 141)),
        "carry_forward.more_than_left",
        ("carry forwards", 2),
        ("awards", 2),
    ),
    (
        "a profile of no budget",
        put("profile", 3, "kind", "capital"),
        "profile.no_budget",
        ("profile", 3),
        None,
    ),
    (
        "a charge to a fund that does not pay it",
        put("charges", 2, "fund", "SVD"),
        "charge.no_budget",
        ("charges", 2),
        ("ledger", 2),
    ),
    (
        "a charge in a year without a budget",
        put("charges", 6, "ref", "P2"),
        "charge.no_budget",
        ("charges", 6),
        ("ledger", 5),
    ),
    (
        "an accrual that reverses late",
        put("accruals", 2, "reverses in year", "2020/21"),
        "accrual.reversal",
        ("accruals", 2),
        None,
    ),
    (
        "an accrual of no budget",
        put("accruals", 2, "kind", "capital"),
        "accrual.no_budget",
        ("accruals", 2),
        ("awards", 2),
    ),
    (
        "claims that overlap",
        put("claims", 3, "period from", 3),
        "claim.overlaps",
        ("claims", 3),
        ("claims", 2),
    ),
    (
        "paid without a payment",
        both(put("payments", 2, "claim", ""), put("payments", 2, "amount", 480)),
        "claim.not_paid",
        ("claims", 2),
        None,
    ),
    (
        "paid more than approved",
        put("payments", 2, "amount", 491),
        "payment.above_claim",
        ("payments", 2),
        ("claims", 2),
    ),
    (
        "paid for another grant",
        put("payments", 2, "year", _Z),
        "payment.other_grant",
        ("payments", 2),
        ("claims", 2),
    ),
    (
        "a payment that is no income",
        put("payments", 2, "transaction", "T1"),
        "payment.no_income",
        ("payments", 2),
        ("ledger", 2),
    ),
    (
        "a payment above its income",
        both(put("ledger", 4, "amount", -400), put("charges", 5, "amount", -400)),
        "payment.above_income",
        ("payments", 2),
        ("ledger", 4),
    ),
    (
        "more repaid than was held",
        put("repayments", 2, "amount", 251),
        "repayment.above_held",
        ("repayments", 2),
        ("payments", 3),
    ),
    ("a rate that is another", put("figures", 2, "value", 28.3), "figure.rate", ("figures", 2), None),
    ("out of nought", put("figures", 2, "denominator", 0), "figure.denominator", ("figures", 2), None),
    (
        "figures that overlap",
        put("figures", 3, "from", date(2018, 6, 30)),
        "figure.overlaps",
        ("figures", 3),
        ("figures", 2),
    ),
]


@pytest.mark.parametrize(
    ("plant", "kind", "place", "other", "contradicts"),
    [(*entry[1:], True) for entry in PLANTED] + [(*entry[1:], False) for entry in DOUBTED],
    ids=[entry[0] for entry in (*PLANTED, *DOUBTED)],
)
def test_what_was_planted_is_named_with_both_places(
    plant: Callable[[Sheets], None],
    kind: str,
    place: tuple[str, int],
    other: tuple[str, int] | None,
    contradicts: bool,
) -> None:
    sheets = right()
    plant(sheets)
    found = [each for each in noticed(sheets) if each.kind == kind]
    assert [(each.place.sheet, each.place.row) for each in found][:1] == [place]
    assert {each.contradicts for each in found} == {contradicts}
    said = found[0].text
    assert f"sheet “{place[0]}”, row {place[1]}".casefold() in said.casefold()
    if other is not None:
        assert tuple(found[0].other or ()) == other
        assert f"sheet “{other[0]}”, row {other[1]}" in said


#: What is kept and said.
FOUND: list[tuple[str, Callable[[Sheets], None], str, tuple[str, int]]] = [
    (
        "a sheet that nobody knows",
        lambda sheets: sheets.update({"remarks": [["x"], ["y"]]}),
        "sheet.unknown",
        ("remarks", 0),
    ),
    ("a column that nobody knows", put("funds", 1, "ring-fence", "colour"), "column.unknown", ("funds", 1)),
    (
        "an award beyond what is available",
        put("awards", 5, "amount", 260),
        "award.over_programmed",
        ("awards", 5),
    ),
    (
        "an award of no allocation",
        add("awards", "P1", "SVD", _Z, "revenue", 1, None),
        "award.no_allocation",
        ("awards", 6),
    ),
    (
        "a line dated outside its year",
        put("ledger", 2, "date", date(2018, 3, 9)),
        "ledger.outside_year",
        ("ledger", 2),
    ),
    ("a period far from the day", put("ledger", 2, "date", date(2018, 8, 9)), "ledger.period", ("ledger", 2)),
    ("a line charged in part", put("charges", 2, "amount", 399), "charge.below_line", ("charges", 2)),
    (
        "no paper of the decision",
        both(put("carry forwards", 2, "letter", ""), put("carry forwards", 2, "decided", None)),
        "carry_forward.no_paper",
        ("carry forwards", 2),
    ),
    (
        "a fund that allows no carry-forward",
        put("funds", 2, "carry-forward", "no"),
        "carry_forward.stance",
        ("carry forwards", 2),
    ),
    ("a profile that is not the budget", put("profile", 3, "amount", 1), "profile.sum", ("profile", 3)),
    (
        "a virement of another year",
        put("virements", 2, "dated", date(2019, 9, 1)),
        "virement.outside_year",
        ("virements", 2),
    ),
    ("an award after the project", put("projects", 2, "to", date(2018, 4, 1)), "", ("", 0)),
    (
        "the same award twice",
        add("awards", "P2", "SVD", _Y, "revenue", 250, None),
        "row.repeated",
        ("awards", 6),
    ),
]


@pytest.mark.parametrize(
    ("plant", "kind", "place"), [entry[1:] for entry in FOUND], ids=[entry[0] for entry in FOUND]
)
def test_what_is_only_odd_is_said_and_kept(
    plant: Callable[[Sheets], None], kind: str, place: tuple[str, int]
) -> None:
    sheets = right()
    plant(sheets)
    found = noticed(sheets)
    assert not [each.text for each in found if each.contradicts]
    places = [(each.place.sheet, each.place.row) for each in found if each.kind == kind]
    assert places[:1] == ([place] if kind else [])


def test_all_contradictions_are_listed_not_only_the_first() -> None:
    sheets = right()
    both(
        put("virements", 2, "amount", 1000),
        put("charges", 2, "amount", 500),
        put("claims", 2, "approved", 501),
        put("carry forwards", 3, "agreed", 5),
    )(sheets)
    kinds = {each.kind for each in noticed(sheets) if each.contradicts}
    assert {"virement.below_zero", "charge.above_line", "claim.approved", "carry_forward.state"} <= kinds


def test_below_nought_by_the_days_and_not_by_the_rows_is_kept() -> None:
    sheets = right()
    both(
        put("virements", 2, "from ref", "contingency"),
        put("virements", 2, "to ref", "P1"),
        put("virements", 2, "amount", 50),
        put("virements", 2, "dated", date(2018, 12, 1)),
        put("virements", 3, "from ref", "P1"),
        put("virements", 3, "to ref", "P2"),
        put("virements", 3, "amount", 650),
    )(sheets)
    found = [each for each in noticed(sheets) if each.kind == "virement.below_zero"]
    assert [(each.place, each.contradicts) for each in found] == [(("virements", 3), False)]


def test_every_row_is_accounted_for() -> None:
    sheets = right()
    sheets["awards"].insert(2, [None, "", " ", None, None, None])
    sheets["awards"][1][4] = "lots"
    raw = [
        RawSheet(
            name,
            tuple(map(str, rows[0])),
            [RawRow(at, tuple(row)) for at, row in enumerate(rows[1:], start=2)],
        )
        for name, rows in sheets.items()
    ]
    read = read_sheets(raw, (), Notes(), lambda *_: None)
    for sheet in read:
        assert sheet.read == sheet.kept + len(sheet.skipped) + sheet.refused == len(sheets[sheet.name]) - 1
    awards = next(sheet for sheet in read if sheet.name == "awards")
    assert (awards.kept, [(each.place.row, each.reason) for each in awards.skipped], awards.refused) == (
        3,
        [(3, "blank")],
        1,
    )
