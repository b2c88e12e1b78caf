"""The console's commands for where a grant stands, and for the chain of a fund's years."""

from __future__ import annotations

import argparse
from typing import Any

from fundingapp.application.offices import Offices
from fundingapp.application.queries.chain import Chain, ChainLink, ChainOf, ChainYear
from fundingapp.application.queries.request_letters import WriteRequestLetter
from fundingapp.application.queries.standing import Standing, StandingOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.chain import ChainBreak
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money


def show_position(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Where a grant stands, in the words of the exchange workbook."""
    kind = Kind(given.kind) if given.kind else None
    opened = offices.open(given.file, writing=False)
    try:
        standing = opened.desk.ask(StandingOf(opened.desk.ask(FundNamed(given.fund)), given.year, kind))
    finally:
        opened.close()
    out.result(
        standing_data(standing),
        [
            table(
                f"{given.fund} {given.year}" + (f", {kind.value}" if kind else ""),
                ("Figure", "£"),
                [(name.replace("_", " ").capitalize(), str(amount)) for name, amount in _figures(standing)],
                money=(1,),
            )
        ],
    )
    return DONE


def _figures(standing: Standing) -> list[tuple[str, Money]]:
    """The figures of the exchange workbook's “position”, in its order; what is beside them comes last."""
    return [
        ("allocation", standing.allocation),
        ("brought_forward", standing.brought_forward),
        ("anticipated", standing.anticipated),
        ("available", standing.available),
        ("awarded", standing.awarded),
        ("contingency", standing.contingency),
        ("spent", standing.spent),
        ("claimed", standing.claimed),
        ("received", standing.received),
        ("repaid", standing.repaid),
        ("cash", standing.cash),
        ("underspend", standing.underspend),
        ("carried_forward", standing.carried_forward),
        ("asked", standing.asked),
        ("undecided", standing.undecided),
        ("forecast", standing.forecast),
        ("owed", standing.owed),
        ("surrendered", standing.surrendered),
    ]


def standing_data(standing: Standing) -> dict[str, Any]:
    """Where a grant stands as the console's JSON has it."""
    return {
        **{f"{name}_pence": amount.pence for name, amount in _figures(standing)},
        "projects": {
            ref: {
                "award_pence": each.award.pence,
                "budget_pence": each.budget.pence,
                "spent_pence": each.spent.pence,
            }
            for ref, each in standing.projects.items()
        },
    }


def show_chain(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The chain of a fund's years; whoever scripts it sees by the status whether it holds."""
    kind = Kind(given.kind) if given.kind else None
    opened = offices.open(given.file, writing=False)
    try:
        chain = opened.desk.ask(ChainOf(opened.desk.ask(FundNamed(given.fund)), kind))
    finally:
        opened.close()
    out.result(
        {
            "fund": chain.fund_name,
            "kind": kind.value if kind else None,
            "years": [_year_data(year) for year in chain.years],
            "links": [_link_data(link) for link in chain.links],
            "breaks": [_break_data(each) for each in chain.breaks],
            "holds": chain.holds,
        },
        _words(chain),
    )
    return DONE if chain.holds else TO_LOOK_AT


def _year_data(year: ChainYear) -> dict[str, Any]:
    return {
        "year": str(year.year),
        "state": year.state.value,
        "opening_pence": year.opening.pence,
        "closing_pence": year.closing.pence,
        "moved_pence": year.moved.pence,
        "refused_pence": year.refused.pence,
        "requested_pence": year.not_agreed.requested.pence,
        **standing_data(year.standing),
    }


def _link_data(link: ChainLink) -> dict[str, Any]:
    return {
        "from_year": str(link.from_year),
        "to_year": str(link.to_year),
        "ref": link.ref,
        "kind": link.of.kind.value,
        "state": link.of.state.value,
        "left_pence": link.head.left.pence,
        "asked_pence": link.of.asked.pence,
        "agreed_pence": link.of.carried.pence,
        "decided": link.of.decided_on.isoformat() if link.of.decided_on else None,
        "letter": link.of.letter,
        "evidence": [paper.value.name for paper in link.papers],
    }


def _break_data(found: ChainBreak) -> dict[str, Any]:
    return {
        "from_year": str(found.from_year),
        "to_year": str(found.to_year),
        "ref": found.ref,
        "kind": found.kind.value,
        "difference_pence": found.difference.pence,
        "text": found.sentence,
    }


def _words(chain: Chain) -> list[Part]:
    if not chain.years:
        return [f"Nothing is recorded of {chain.fund_name} yet."]
    years = table(
        f"The chain of {chain.fund_name}" + (f", {chain.kind.value}" if chain.kind else ""),
        (
            "Year",
            "Brought £",
            "Allocation £",
            "Moved £",
            "Spent £",
            "Carried £",
            "Repaid £",
            "Undecided £",
            "State",
        ),
        [
            (
                str(year.year),
                str(year.opening),
                str(year.standing.allocation),
                str(year.moved),
                str(year.spent),
                str(year.closing),
                str(year.repaid),
                str(year.pending),
                year.state.value,
            )
            for year in chain.years
        ],
        money=range(1, 8),
    )
    words: list[Part] = [years]
    if chain.links:
        words.append(
            table(
                "Carried forward",
                ("From", "To", "Project", "Kind", "State", "Asked £", "Agreed £", "Letter"),
                [
                    (
                        str(link.from_year),
                        str(link.to_year),
                        f"{link.ref} {link.name}".strip(),
                        link.of.kind.value,
                        link.of.state.value,
                        str(link.of.asked),
                        str(link.of.carried),
                        " ".join(
                            filter(
                                None,
                                (
                                    link.of.letter,
                                    short_date(link.of.decided_on) if link.of.decided_on else "",
                                ),
                            )
                        )
                        or "–",
                    )
                    for link in chain.links
                ],
                money=(5, 6),
            )
        )
    if chain.holds:
        words.append("The chain holds to the penny.")
    else:
        words.append(f"The chain breaks in {count(len(chain.breaks), 'place')}:")
        words += [f"  {each.from_year} to {each.to_year}: {each.sentence}" for each in chain.breaks]
    return words


def write_request_letter(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """Writes the letter that asks for what is requested, or planned, to be carried forward."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        written = opened.desk.ask(
            WriteRequestLetter(fund, given.year, given.out, dated=given.dated), progress
        )
    finally:
        opened.close()
    letter = written.letter
    out.result(
        {
            "out": str(written.path),
            "asked_pence": letter.total.pence,
            "late": letter.is_late,
            "asked": [
                {
                    "ref": row.ref,
                    "kind": row.of.kind.value,
                    "left_pence": row.left.pence,
                    "asked_pence": row.of.asked.pence,
                }
                for row in letter.asked
            ],
        },
        [f"{written.path} asks for {letter.total.in_words} of {given.fund} {letter.year}."],
    )
    return DONE
