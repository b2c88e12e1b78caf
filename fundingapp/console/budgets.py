"""The console's commands for budgets: the register of virements, moving budget, and the profile of a project."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from fundingapp.application.commands.budgets import SetProfile
from fundingapp.application.commands.virements import DraftVirement
from fundingapp.application.offices import Offices
from fundingapp.application.queries.budgets import ProfileOf
from fundingapp.application.queries.virements import VirementRow, VirementsAnswer, VirementsOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import short_date
from fundingapp.console.adjusting import head_of
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.given_papers import add_evidence_option, papers_given
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.console.values import day_of, to_day, to_pounds, to_year
from fundingapp.domain.allocations import Authority
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name, short_period_name
from fundingapp.domain.profiles import MONTHS, SEASONS, Shape, pasted_months
from fundingapp.domain.virements import OPEN, Leg, limits_in_words

_CONTINGENCY = "contingency"
_DECIDED_BY = {"own": Authority.OWN, "board": Authority.BOARD, "commissioner": Authority.COMMISSIONER}
_SHAPES = {"even": Shape.EVEN, "seasonal": Shape.SEASONAL, "last-year": Shape.LAST_YEAR, "typed": Shape.TYPED}


def add_budget_commands(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    file: Callable[[argparse.ArgumentParser], None],
    grant: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the commands of this module."""
    made = command("virements", show_virements, "the virements of a grant, with what each did")
    grant(made)

    made = command("virement", move_budget, "moves budget between two lines of a grant, or drafts it")
    grant(made)
    line = f"a project's reference, or “{_CONTINGENCY}”"
    made.add_argument("--from", dest="source", required=True, metavar="REF", help=line)
    made.add_argument("--to", dest="target", required=True, metavar="REF", help=line)
    made.add_argument("--amount", required=True, type=to_pounds, metavar="POUNDS", help="above nought")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why the money moves")
    kinds = [kind.value for kind in Kind]
    made.add_argument("--kind", choices=kinds, default="revenue", help="by itself revenue")
    made.add_argument("--to-kind", choices=kinds, help="where a letter lets it arrive in another kind")
    made.add_argument(
        "--decided-by", choices=_DECIDED_BY, default="own", help="whose authority; by itself your own"
    )
    made.add_argument("--authority", default="", metavar="TEXT", help="reference of the minute or letter")
    add_evidence_option(made, "the document; may be repeated")
    made.add_argument(
        "--dated", type=to_day, metavar="D", help="its day, such as 31/01/2019; by itself today"
    )
    made.add_argument("--draft", action="store_true", help="keep it as a draft; nothing moves yet")

    made = command("profile", keep_profile, "shows or sets how a project's budget is spread over the months")
    file(made)
    made.add_argument("project", metavar="REF", help="the project's reference")
    made.add_argument(
        "--fund", default="", metavar="NAME", help="the fund, where several pay for the project"
    )
    made.add_argument("--year", type=to_year, metavar="Y", help="the year, where the project has several")
    made.add_argument("--money", choices=kinds, help="where the project has several kinds of money")
    made.add_argument("--shape", choices=_SHAPES, help="without it the profile is shown")
    made.add_argument("--season", choices=SEASONS, metavar="NAME", help=f"for seasonal: {', '.join(SEASONS)}")
    made.add_argument(
        "--months",
        metavar="AMOUNTS",
        help="for typed: twelve amounts, or four for the quarters, with ; between",
    )
    made.add_argument(
        "--difference-on",
        type=int,
        choices=range(1, MONTHS + 1),
        metavar="N",
        help="for typed: the month (1 is April) that takes what is missing",
    )


def _data(row: VirementRow) -> dict[str, Any]:
    virement = row.virement
    return {
        "number": virement.number or None,
        "state": virement.state.value,
        "date": virement.dated.isoformat(),
        "amount_pence": virement.moved.pence,
        "reason": virement.reason,
        "authority": virement.authority or None,
        "decided_by": virement.decided_by.value,
        "needs": row.needed.value,
        "lines": [
            {
                "line": entry.line.ref or _CONTINGENCY,
                "kind": entry.line.kind.value,
                "before_pence": entry.before.pence,
                "after_pence": entry.after.pence,
            }
            for entry in row.lines
        ],
        "documents": [kept.value.name for kept in row.documents],
    }


def show_virements(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The register; something is to be looked at while one waits for a decision."""
    opened = offices.open(given.file, writing=False)
    try:
        answer = opened.desk.ask(VirementsOf(opened.desk.ask(FundNamed(given.fund)), given.year))
    finally:
        opened.close()
    rows = [
        (
            str(row.virement.number or "–"),
            short_date(row.virement.dated),
            row.sources,
            row.targets,
            str(row.virement.moved),
            row.virement.state.value,
            row.virement.authority or row.virement.decided_by.value,
            row.virement.reason,
        )
        for row in answer.rows
    ]
    headings = ("No.", "Date", "From", "To", "Amount £", "State", "Authority", "Reason")
    limits = limits_in_words(answer.terms)
    out.result(
        {"virements": [_data(row) for row in answer.rows]},
        [
            table(f"Virements of {answer.fund} {answer.year}", headings, rows, (0, 4))
            if rows
            else "No budget has been moved.",
            f"{limits[0].upper()}{limits[1:]}.",
        ],
    )
    return TO_LOOK_AT if any(row.virement.state in OPEN for row in answer.rows) else DONE


def _line(answer: VirementsAnswer, ref: str) -> ProjectId | None:
    """The project of that reference among the lines of the grant; None is the contingency."""
    wanted = ref.strip().casefold()
    if wanted == _CONTINGENCY:
        return None
    for line in answer.lines:
        if line.project is not None and line.ref.casefold() == wanted:
            return line.project
    raise NotFoundError(
        f"line of {answer.fund} {answer.year}", ref, "Look at the projects with “fundingapp spend”."
    )


def move_budget(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Makes a virement of one move, applied at once unless it is to be a draft."""
    opened = writable(offices, given.file)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        answer = opened.desk.ask(VirementsOf(fund, given.year))
        leg = Leg(
            Kind(given.kind),
            _line(answer, given.source),
            _line(answer, given.target),
            given.amount,
            Kind(given.to_kind) if given.to_kind and given.to_kind != given.kind else None,
        )
        number = opened.desk.do(
            DraftVirement(
                fund,
                given.year,
                (leg,),
                day_of(given.dated),
                given.reason,
                not given.draft,
                _DECIDED_BY[given.decided_by],
                given.authority,
                papers_given(given),
            )
        ).result
        row = opened.desk.ask(VirementsOf(fund, given.year)).numbered(number)
    finally:
        opened.close()
    words = [
        f"{entry.line.ref or _CONTINGENCY}: {entry.before.in_words} becomes {entry.after.in_words}."
        for entry in row.lines
    ]
    done = "is a draft: nothing has moved yet" if given.draft else "is applied"
    out.result(_data(row), [f"Virement {number} of {row.virement.moved.in_words} {done}.", *words])
    return DONE


def keep_profile(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Shows a project's profile, after setting it when a shape is given."""
    opened = offices.open(given.file, writing=False) if given.shape is None else writable(offices, given.file)
    try:
        head, fund, year = head_of(opened.desk, given)
        if given.shape is not None:
            typed = given.shape == "typed"
            months = pasted_months((given.months or "").replace(";", "\t")) if typed else ()
            opened.desk.do(
                SetProfile(
                    head.project,
                    head.fund,
                    head.kind,
                    year,
                    _SHAPES[given.shape],
                    months,
                    SEASONS[given.season or next(iter(SEASONS))] if given.shape == "seasonal" else (),
                    given.difference_on,
                )
            )
        answer = opened.desk.ask(ProfileOf(head.project, head.fund, head.kind, year))
    finally:
        opened.close()
    rows = [(period_name(month), str(amount)) for month, amount in enumerate(answer.months, start=1)]
    rows.append(("Budget", str(Money.total(answer.months))))
    shape = answer.shape.value if answer.shape is not None else "even, as nobody set one"
    out.result(
        {
            "project": given.project,
            "fund": fund,
            "year": str(year),
            "kind": head.kind.value,
            "shape": answer.shape.value if answer.shape is not None else None,
            "budget_pence": answer.budget.pence,
            "months_pence": {
                short_period_name(month): amount.pence for month, amount in enumerate(answer.months, start=1)
            },
        },
        [table(f"Profile of {given.project}, {fund} {year}: {shape}, £", ("Month", "£"), rows, (1,))],
    )
    return DONE
