"""The console's commands about what funders agreed: agreements with their terms, and allocations with their history."""

from __future__ import annotations

import argparse
from typing import Any

from fundingapp.application.commands.agreements import AddAgreement
from fundingapp.application.commands.allocations import (
    CloseAllocation,
    ConfirmAllocation,
    NotifyAllocation,
    ReviseAllocation,
    WithdrawAllocation,
)
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.ports import Kept
from fundingapp.application.queries.agreed import AgreementRow
from fundingapp.application.queries.agreements import AgreementsOf, AllocationSteps
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.workspace import FundNamed, GrantDetail, WorkspaceOf
from fundingapp.application.wording import plain, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import to_day, to_pounds, to_year
from fundingapp.domain.agreements import AgreedSums, Agreement, Split, agreement_identities, share_evenly
from fundingapp.domain.allocations import Allocation, AllocationStatus, Resource, standing_of
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AllocationId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: A sum on the command line: its kind, its year (None for the whole), and the amount.
Sum = tuple[Kind, FinancialYear | None, Money]


def to_sum(text: str) -> Sum:
    """A sum of an agreement: “revenue=500000” for the whole of a kind, “revenue:2017/18=166666.67” for a year."""
    name, _, amount = text.rpartition("=")
    kind, _, year = name.partition(":")
    if kind.strip() not in {each.value for each in Kind}:
        known = ", ".join(each.value for each in Kind)
        raise argparse.ArgumentTypeError(
            f"“{text}” is not KIND=POUNDS or KIND:YEAR=POUNDS; the kinds are {known}"
        )
    return Kind(kind.strip()), to_year(year) if year else None, to_pounds(amount)


def add_agreements_options(made: argparse.ArgumentParser) -> None:
    """The options of “agreements”."""
    made.add_argument("--fund", default="", metavar="NAME", help="only of this fund; needed with --add")
    made.add_argument("--add", metavar="TITLE", help="record an agreement of that title")
    made.add_argument(
        "--from", dest="first", type=to_year, metavar="Y", help="its first year, such as 2017/18"
    )
    made.add_argument(
        "--to", dest="last", type=to_year, metavar="Y", help="its last year; by itself the first"
    )
    made.add_argument("--reference", default="", metavar="TEXT", help="its reference")
    made.add_argument("--signed", type=to_day, metavar="D", help="the day it was signed, such as 14/07/2017")
    made.add_argument(
        "--sum",
        action="append",
        default=[],
        type=to_sum,
        metavar="KIND[:YEAR]=POUNDS",
        help="a sum that it states, for all its years together or for one; may be given several times",
    )
    made.add_argument("--evenly", action="store_true", help="share each whole evenly over the years")


def agreements(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the agreements with terms, sums and R8, or records one first."""
    adding = given.add is not None
    opened = writable(offices, given.file) if adding else offices.open(given.file, writing=False)
    try:
        if adding:
            _add(given, opened.desk)
        rows = _rows(given, opened.desk)
    finally:
        opened.close()
    words: list[Part] = []
    for fund, row in rows:
        words += _in_words(fund, row)
    out.result(
        {"agreements": [_data(fund, row) for fund, row in rows]},
        words or ["No agreement is recorded: the usual terms count."],
    )
    return DONE if all(_holds(row) for _, row in rows) else TO_LOOK_AT


def _add(given: argparse.Namespace, desk: Desk) -> None:
    if not given.fund or given.first is None:
        raise ExpectedError(
            "agreement_incomplete",
            "An agreement needs its fund and its first year.",
            "Give --fund and --from, and --to where it covers several years.",
        )
    fund = desk.ask(FundNamed(given.fund))
    agreement = Agreement(
        fund, given.add, given.first, given.last or given.first, given.reference, given.signed
    )
    splits = []
    for kind in Kind:
        wholes = [amount for each, year, amount in given.sum if each is kind and year is None]
        years = [(year, amount) for each, year, amount in given.sum if each is kind and year is not None]
        if len(wholes) > 1 or len({year for year, _ in years}) < len(years):
            raise ExpectedError("sum_twice", f"A sum of {kind.value} is given twice.", "Give each sum once.")
        if wholes or years:
            whole = wholes[0] if wholes else Money.total(amount for _, amount in years)
            even = given.evenly and not years and agreement.years
            splits.append(
                Split(kind, whole, share_evenly(whole, agreement.years) if even else tuple(sorted(years)))
            )
    desk.do(AddAgreement(agreement, tuple(splits)))


def _rows(given: argparse.Namespace, desk: Desk) -> list[tuple[str, AgreementRow]]:
    """The agreements that are asked for, with the names of their funds."""
    if given.fund:
        funds = {desk.ask(FundNamed(given.fund)): given.fund}
    else:
        funds = {grant.fund_id: grant.fund for grant in desk.ask(WorkspaceOf()).grants}
    found = []
    for fund in funds:
        answer = desk.ask(AgreementsOf(fund, FinancialYear(2000)))
        found += [(answer.fund.value.name, row) for row in answer.agreements]
    return found


def _holds(row: AgreementRow) -> bool:
    return all(each.holds for each in agreement_identities(AgreedSums(row.kept.value.title, row.splits)))


def _in_words(fund: str, row: AgreementRow) -> list[Part]:
    held = row.kept.value
    years = held.years
    rows = [
        (
            split.kind.value,
            *(str(split.of(year)) if split.years else "–" for year in years),
            str(split.total),
        )
        for split in row.splits
    ]
    title = f"{fund}: “{held.title}”, {held.span}" + (
        f", reference {held.reference}" if held.reference else ""
    )
    parts: list[Part] = [
        table(title, ("Kind", *map(str, years), "Whole £"), rows, range(1, len(years) + 2)) if rows else title
    ]
    terms = plain(held.terms)
    said = ", ".join(
        f"{name.replace('_', ' ')} {_term(value)}" for name, value in terms.items() if value is not None
    )
    parts.append(f"Terms: {said}.")
    parts += [f"Reprofiled {short_date(step.dated)} ({step.reference}): {step.reason}." for step in row.steps]
    if not _holds(row):
        parts.append("R8 does not hold: its years do not add up to its whole.")
    return parts


def _term(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _data(fund: str, row: AgreementRow) -> dict[str, Any]:
    held = row.kept.value
    terms = plain(held.terms)
    for name in ("own_limit", "board_limit", "certificate_above"):
        terms[f"{name}_pence"] = terms.pop(name)
    return {
        "fund": fund,
        "title": held.title,
        "from": str(held.from_year),
        "to": str(held.to_year),
        "reference": held.reference,
        "signed": held.signed_on.isoformat() if held.signed_on else None,
        "terms": terms,
        "sums": [
            {
                "kind": split.kind.value,
                "total_pence": split.total.pence,
                "years": {str(year): amount.pence for year, amount in split.years},
            }
            for split in row.splits
        ],
        "total_pence": Money.total(split.total for split in row.splits).pence,
        "r8": _holds(row),
    }


def add_allocations_options(made: argparse.ArgumentParser) -> None:
    """The options of “allocations”: at most one of what is to be done."""
    doing = made.add_mutually_exclusive_group()
    doing.add_argument(
        "--notify", choices=("indicative", "confirmed"), help="record a notice of --kind and --amount"
    )
    doing.add_argument(
        "--confirm", action="store_true", help="confirm what is indicative, as --sum splits it"
    )
    doing.add_argument("--revise", action="store_true", help="put --amount of --kind in force, for --reason")
    doing.add_argument(
        "--withdraw", action="store_true", help="withdraw the allocation of --kind, for --reason"
    )
    doing.add_argument("--close", action="store_true", help="close the year's allocation")
    made.add_argument(
        "--resource",
        choices=[each.value for each in Resource],
        default=Resource.ALLOCATION.value,
        help="what is notified; by itself an allocation",
    )
    made.add_argument("--kind", choices=[kind.value for kind in Kind], help="the kind of money")
    made.add_argument("--amount", type=to_pounds, metavar="POUNDS", help="the amount notified or in force")
    made.add_argument(
        "--sum",
        action="append",
        default=[],
        type=to_sum,
        metavar="KIND=POUNDS",
        help="what the letter confirms of a kind; may be given several times",
    )
    made.add_argument("--dated", type=to_day, metavar="D", help="the day of the letter, such as 01/03/2018")
    made.add_argument("--letter", default="", metavar="TEXT", help="the letter's reference")
    made.add_argument("--reason", default="", metavar="TEXT", help="why it is revised or withdrawn")
    made.add_argument("--basis", default="", metavar="TEXT", help="historic, formula, flat or bid")


def allocations(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Lists the notices of a grant with their history, or moves its allocation on first."""
    doing = given.notify or given.confirm or given.revise or given.withdraw or given.close
    opened = writable(offices, given.file) if doing else offices.open(given.file, writing=False)
    sentence = ""
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(given.fund))
        if doing:
            sentence = _move(given, desk, fund)
        detail = desk.ask(GrantDetail(fund, given.year))
        steps = desk.ask(AllocationSteps(fund, given.year))
        position = desk.ask(PositionOf(fund, given.year)).position
    finally:
        opened.close()
    standing = {id(each) for each in standing_of(kept.value for kept in detail.allocations)}
    rows = [
        (
            kept.value.resource.value,
            kept.value.kind.value,
            kept.value.status.value + ("" if id(kept.value) in standing else ", replaced"),
            short_date(kept.value.notified_on),
            kept.value.letter or kept.value.reason,
            str(kept.value.amount),
        )
        for kept in detail.allocations
    ]
    title = f"{position.fund.name} {given.year}, £"
    words: list[Part] = [
        table(title, ("What", "Kind", "Status", "Notified", "From", "Amount"), rows, (5,)),
        f"{position.available.in_words} is available"
        + (
            f"; {position.resources.indicative.in_words} is indicative and not counted."
            if position.resources.indicative
            else "."
        ),
    ]
    if sentence:
        words.append(sentence)
    out.result(
        {
            "available_pence": position.available.pence,
            "indicative_pence": position.resources.indicative.pence,
            "allocations": [
                {
                    "id": kept.id,
                    **plain(kept.value),
                    "fund": position.fund.name,
                    "amount_pence": kept.value.amount.pence,
                    "stands": id(kept.value) in standing,
                    "history": [plain(step) for step in steps.get(kept.id, ())],
                }
                for kept in detail.allocations
            ],
            "finding": sentence,
        },
        words,
    )
    return TO_LOOK_AT if sentence else DONE


def _move(given: argparse.Namespace, desk: Desk, fund: FundId) -> str:
    """Does what is wanted; returns by figures where more is awarded than that leaves, "" where not."""
    if given.dated is None:
        raise ExpectedError("move_needs", "The day of the letter is missing.", "Give --dated.")
    if given.close:
        desk.do(CloseAllocation(fund, given.year, given.dated))
        return ""
    if given.confirm:
        split = tuple((kind, amount) for kind, _, amount in given.sum)
        confirm = ConfirmAllocation(fund, given.year, split, given.dated, given.letter, given.basis)
        return desk.do(confirm).result.sentence
    if given.kind is None:
        raise ExpectedError("move_needs", "The kind of money is missing.", "Give --kind.")
    if given.amount is None and not given.withdraw:
        raise ExpectedError("move_needs", "The amount is missing.", "Give --amount.")
    kind = Kind(given.kind)
    if given.notify:
        notice = Allocation(
            fund,
            given.year,
            kind,
            given.amount,
            Resource(given.resource),
            AllocationStatus(given.notify),
            given.dated,
            given.letter,
            basis=given.basis,
        )
        return desk.do(NotifyAllocation(notice)).result.sentence
    held = _standing(desk, fund, given.year, kind, Resource(given.resource))
    key = AllocationId(held.id)
    if given.withdraw:
        return desk.do(WithdrawAllocation(key, held.value, given.dated, given.reason)).result.sentence
    revise = ReviseAllocation(key, held.value, given.amount, given.dated, given.reason, given.letter)
    return desk.do(revise).result.sentence


def _standing(
    desk: Desk, fund: FundId, year: FinancialYear, kind: Kind, resource: Resource
) -> Kept[Allocation]:
    """The one notice that is meant. Raises ExpectedError when there is none, or several."""
    held = desk.ask(GrantDetail(fund, year)).allocations
    standing = {id(each) for each in standing_of(kept.value for kept in held)}
    found = [
        kept
        for kept in held
        if id(kept.value) in standing and (kept.value.kind, kept.value.resource) == (kind, resource)
    ]
    if len(found) != 1:
        how_many = "no" if not found else f"{len(found)}"
        raise ExpectedError(
            "which_allocation",
            f"There is {how_many} {kind.value} {resource.value} of {year}."
            if not found
            else f"There are {how_many} notices of a {kind.value} {resource.value} in {year}.",
            "Look at the list that the command prints by itself.",
        )
    return found[0]
