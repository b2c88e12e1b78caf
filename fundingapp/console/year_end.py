"""The console's commands for the year end: outturn, carry-forward, settle, checklist, close-year and reopen-year."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from fundingapp.application.commands.carry_forwards import (
    AskCarryForward,
    DecideCarryForward,
    DecidedCarry,
    PlanCarryForward,
    PlannedCarry,
    WithdrawCarryForward,
)
from fundingapp.application.commands.closing import CloseYear, ReopenYear
from fundingapp.application.commands.settlements import (
    InvoiceSettlements,
    NetSettlements,
    RemoveSettlement,
    ReopenSettlement,
    RepaySettlements,
    SettledPart,
    SettleUnderspend,
    SurrenderSettlements,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.offices import Offices
from fundingapp.application.queries.claims import ClaimsOf
from fundingapp.application.queries.closing import ChecklistOf
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.queries.year_end import CarryForwardRow, YearEndAnswer, YearEndOf
from fundingapp.application.wording import short_date
from fundingapp.console.claims import to_share
from fundingapp.console.files import DONE, TO_LOOK_AT, writable
from fundingapp.console.given_papers import add_evidence_option, papers_given
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.console.values import day_of, to_day
from fundingapp.domain.carry_forwards import PLANNED
from fundingapp.domain.closing import Check, Checklist
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import CarryForwardId, FundId, PaymentId, SettlementId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.year_end import SUMS, HeadOutturn

#: What stands for money in no project's budget.
UNASSIGNED = "unassigned"
ACTIONS = ("list", "plan", "ask", "decide", "withdraw")
#: What can be done with money that goes back.
MOVES = ("list", "decide", "propose", "invoice", "repay", "net", "surrender", "reopen", "remove")
#: The figures of a head beside those that are kept of it.
_WORKED_OUT = ("net", "eligible", "left", "balance", "pending", "to_settle")


def to_check(text: str) -> tuple[Check, str]:
    """A point of the checklist and the reason why the year is closed without it: locked=REASON."""
    name, sign, reason = text.partition("=")
    key = next((check for check in Check if _key(check) == name.strip().casefold()), None)
    if not sign or key is None:
        known = ", ".join(_key(check) for check in Check)
        raise argparse.ArgumentTypeError(f"“{text}” is not POINT=REASON; the points are {known}")
    return key, reason.strip()


def _key(check: Check) -> str:
    return check.name.casefold().replace("_", "-")


def add_year_end_commands(
    command: Callable[[str, Callable[..., int], str], argparse.ArgumentParser],
    grant: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Registers the commands of this module."""
    made = command("outturn", show_outturn, "how a grant's year ended, project by project")
    grant(made)

    made = command("carry-forward", change_carry_forward, "what is carried forward out of a grant's year")
    grant(made)
    _carry_forward_options(made)

    made = command("settle", change_settlements, "what goes back to the funder, or was never drawn")
    grant(made)
    _settle_options(made)

    made = command("checklist", show_checklist, "what is still to be done before a grant's year is closed")
    grant(made)

    made = command("close-year", close_year, "closes a grant's year")
    grant(made)
    _closing_options(made)

    made = command("reopen-year", reopen_year, "opens a closed year again")
    grant(made)
    made.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept in the history")


def _carry_forward_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=ACTIONS, help="what is done")
    _amounts(made, "what is planned, asked for or agreed of a project; nought takes a forecast out")
    made.add_argument(
        "--anticipated", action="store_true", help="of a plan: it is counted on, though not agreed"
    )
    made.add_argument("--use", default="", metavar="TEXT", help="what it will be used for")
    made.add_argument("--spend-by", type=to_day, metavar="D", help="the day by which it will be spent")
    made.add_argument(
        "--leave-refused",
        action="store_true",
        help="of a decision: what is refused is not settled at once",
    )
    _papers(made)


def _settle_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=MOVES, help="what is done")
    _amounts(made, "of “decide”: what of a project goes back, or is surrendered")
    made.add_argument("--surrendered", action="store_true", help="of “decide”: it was never drawn")
    made.add_argument(
        "--number",
        action="append",
        default=[],
        type=int,
        metavar="N",
        help="a settlement, as the list numbers them; may be given several times",
    )
    made.add_argument(
        "--payment", default="", metavar="REMITTANCE", help="of “net”: the payment that it was taken off"
    )
    made.add_argument(
        "--was-net", action="store_true", help="of “net”: the payment is recorded as what came in"
    )
    _papers(made)


def _closing_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("--dated", type=to_day, metavar="D", help="the day; by itself today")
    made.add_argument("--reason", required=True, metavar="TEXT", help="why, as the history will say")
    made.add_argument(
        "--accept",
        action="append",
        default=[],
        type=to_check,
        metavar="POINT=REASON",
        help="closes the year although that point of the checklist is open",
    )


def _amounts(made: argparse.ArgumentParser, text: str) -> None:
    made.add_argument(
        "--amount",
        action="append",
        default=[],
        type=to_share,
        metavar="REF=POUNDS",
        help=f"{text}; “{UNASSIGNED}” is money in no project's budget",
    )
    made.add_argument(
        "--money", choices=[kind.value for kind in Kind], help="where a project has several kinds"
    )


def _papers(made: argparse.ArgumentParser) -> None:
    made.add_argument("--dated", type=to_day, metavar="D", help="the day on the paper; by itself today")
    made.add_argument("--reference", default="", metavar="TEXT", help="the letter's or invoice's reference")
    made.add_argument("--reason", default="", metavar="TEXT", help="why")
    add_evidence_option(made)


def show_outturn(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """How a grant's year ended."""
    opened = offices.open(given.file, writing=False)
    try:
        answer = _ask(opened.desk, given)
    finally:
        opened.close()
    out.result(_data(answer), _outturn_words(answer))
    return _status(answer)


def change_carry_forward(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """What is carried forward out of a grant's year."""
    answer, findings = _carry_out(given, offices, _carry_command)
    for finding in findings:
        out.say(finding)
    rows = [
        {
            "ref": row.ref or None,
            "kind": row.of.kind.value,
            "state": row.of.state.value,
            "asked_pence": row.of.asked.pence,
            "agreed_pence": row.of.agreed.pence,
            "left_pence": row.left.pence,
            "reason": row.of.reason,
            "letter": row.of.letter,
        }
        for row in answer.carry_forwards
    ]
    total = answer.outturn.total
    out.result(
        {
            "carry_forwards": rows,
            "forecast_pence": total.forecast.pence,
            "anticipated_pence": total.anticipated.pence,
            "asked_pence": total.requested.pence,
            "agreed_pence": total.agreed.pence,
            "refused_pence": total.refused.pence,
            "undecided_pence": answer.outturn.pending.pence,
            "asking": answer.asking,
            "findings": list(findings),
        },
        _carry_words(answer),
    )
    return TO_LOOK_AT if findings else _status(answer)


def change_settlements(
    given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress
) -> int:
    """What goes back to the funder of a grant's year, or is surrendered."""
    answer, _ = _carry_out(given, offices, _settle_command)
    rows = [
        {
            "number": row.id,
            "ref": row.ref or None,
            "kind": row.of.kind.value,
            "state": row.of.state.value,
            "amount_pence": row.of.amount.pence,
            "reason": row.of.reason,
            "invoice": row.of.invoice,
        }
        for row in answer.settlements
    ]
    proposals = [
        {
            "ref": each.ref or None,
            "kind": each.kind.value,
            "amount_pence": each.amount.pence,
            "surrender": each.surrender,
            "why": each.why,
        }
        for each in answer.proposals
    ]
    total = answer.outturn.total
    out.result(
        {
            "settlements": rows,
            "proposals": proposals,
            "owed_pence": total.owed.pence,
            "repaid_pence": answer.outturn.money.returned.pence,
            "surrendered_pence": total.surrendered.pence,
            "undecided_pence": answer.outturn.pending.pence,
        },
        _settlement_words(answer),
    )
    return _status(answer)


def show_checklist(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """What is still to be done before a grant's year is closed."""
    opened = offices.open(given.file, writing=False)
    try:
        found = opened.desk.ask(ChecklistOf(opened.desk.ask(FundNamed(given.fund)), given.year))
    finally:
        opened.close()
    return _print_checklist(found, out)


def close_year(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Closes a grant's year."""
    return _close(
        given,
        offices,
        out,
        lambda fund: CloseYear(fund, given.year, day_of(given.dated), given.reason, tuple(given.accept)),
    )


def reopen_year(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Opens a closed year again."""
    return _close(given, offices, out, lambda fund: ReopenYear(fund, given.year, given.reason))


def _close(
    given: argparse.Namespace, offices: Offices, out: Output, make: Callable[[FundId], Command[Any]]
) -> int:
    opened = writable(offices, given.file)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        opened.desk.do(make(fund))
        found = opened.desk.ask(ChecklistOf(fund, given.year))
    finally:
        opened.close()
    _print_checklist(found, out)
    return DONE


def _ask(desk: Desk, given: argparse.Namespace) -> YearEndAnswer:
    return desk.ask(YearEndOf(desk.ask(FundNamed(given.fund)), given.year))


def _status(answer: YearEndAnswer) -> int:
    return DONE if all(identity.holds for identity in answer.identities) else TO_LOOK_AT


def _carry_out(
    given: argparse.Namespace,
    offices: Offices,
    make: Callable[[argparse.Namespace, YearEndAnswer, Desk], Sequence[Command[Any]]],
) -> tuple[YearEndAnswer, tuple[str, ...]]:
    """Does what is asked, and asks how it stands then."""
    listing = given.action == "list"
    opened = offices.open(given.file, writing=False) if listing else writable(offices, given.file)
    findings: tuple[str, ...] = ()
    try:
        answer = _ask(opened.desk, given)
        if not listing:
            for command in make(given, answer, opened.desk):
                findings += getattr(opened.desk.do(command).result, "findings", ())
            answer = _ask(opened.desk, given)
    finally:
        opened.close()
    return answer, findings


def _heads(given: argparse.Namespace, answer: YearEndAnswer) -> list[tuple[HeadOutturn, Kind, Money]]:
    """The heads that --amount names, each with its amount."""
    found = []
    for ref, amount in given.amount:
        wanted = "" if ref.casefold() == UNASSIGNED else ref.casefold()
        heads = [
            (head, head.kind)
            for head in answer.outturn.heads
            if head.kind is not None
            and head.ref.casefold() == wanted
            and given.money in (None, head.kind.value)
        ]
        if not heads:
            raise NotFoundError(
                f"budget in {answer.outturn.year} for", ref, "Look at it with “fundingapp outturn”."
            )
        if len(heads) > 1:
            kinds = " and ".join(kind.value for _, kind in heads)
            raise ExpectedError("several_lines", f"{ref} has {kinds} money.", "Say which with --money.")
        found.append((*heads[0], amount))
    return found


def _carry_command(given: argparse.Namespace, answer: YearEndAnswer, _desk: Desk) -> Sequence[Command[Any]]:
    outturn, day = answer.outturn, day_of(given.dated)
    heads = _heads(given, answer)
    if given.action in {"plan", "ask"}:
        items = tuple(
            PlannedCarry(head.project, kind, amount, given.reason, given.use, given.spend_by)
            for head, kind, amount in heads
        )
        if given.action == "plan":
            return (PlanCarryForward(outturn.fund_id, outturn.year, items, given.anticipated),)
        return (
            AskCarryForward(outturn.fund_id, outturn.year, items, day, given.reference, papers_given(given)),
        )
    rows = [(_row_of(answer, head, kind), amount) for head, kind, amount in heads]
    if given.action == "decide":
        decided = tuple(DecidedCarry(CarryForwardId(row.id), amount) for row, amount in rows)
        return (
            DecideCarryForward(
                decided, day, given.reference, papers_given(given), given.reason, not given.leave_refused
            ),
        )
    return (WithdrawCarryForward(tuple(row.id for row, _ in rows), given.reason, given.dated),)


def _row_of(answer: YearEndAnswer, head: HeadOutturn, kind: Kind) -> CarryForwardRow:
    """The request of a head: the one that waits, else the newest that is decided."""
    rows = [row for row in answer.carry_forwards if (row.of.project, row.of.kind) == (head.project, kind)]
    waiting = [row for row in rows if row.of.pending] or [row for row in rows if row.of.state in PLANNED]
    if not rows:
        raise NotFoundError(
            f"carry-forward out of {answer.outturn.year} for",
            head.ref or UNASSIGNED,
            "Plan or ask for it first.",
        )
    return (waiting or rows)[-1]


def _settle_command(given: argparse.Namespace, answer: YearEndAnswer, desk: Desk) -> Sequence[Command[Any]]:
    outturn, day = answer.outturn, day_of(given.dated)
    ids = tuple(SettlementId(number) for number in given.number)
    evidence = papers_given(given)

    def decide(items: tuple[SettledPart, ...]) -> SettleUnderspend:
        return SettleUnderspend(outturn.fund_id, outturn.year, items, given.reason, day, evidence)

    def each(make: Callable[[SettlementId], Command[Any]]) -> Sequence[Command[Any]]:
        return tuple(make(id) for id in ids)

    made: dict[str, Callable[[], Sequence[Command[Any]]]] = {
        "decide": lambda: (
            decide(
                tuple(
                    SettledPart(head.project, kind, amount, True if given.surrendered else None)
                    for head, kind, amount in _heads(given, answer)
                )
            ),
        ),
        "propose": lambda: (
            decide(
                tuple(
                    SettledPart(part.project, part.kind, part.amount, part.surrender, part.carry_forward)
                    for part in answer.proposals
                )
            ),
        ),
        "invoice": lambda: (InvoiceSettlements(ids, given.reference, day, evidence),),
        "repay": lambda: (RepaySettlements(ids, day, given.reference, given.reason, evidence=evidence),),
        "net": lambda: (NetSettlements(ids, _payment(given, answer, desk), given.was_net, evidence),),
        "surrender": lambda: (SurrenderSettlements(ids, given.reason),),
        "reopen": lambda: each(lambda one: ReopenSettlement(one, given.reason)),
        "remove": lambda: each(lambda one: RemoveSettlement(one, given.reason)),
    }
    commands = made[given.action]()
    if not commands:
        raise ExpectedError("no_amount", "No settlement was named.", "Name it with --number.")
    return commands


def _payment(given: argparse.Namespace, answer: YearEndAnswer, desk: Desk) -> PaymentId:
    """The payment of that remittance, of the year or the one after."""
    outturn = answer.outturn
    for year in (outturn.year, outturn.year.next):
        for row in desk.ask(ClaimsOf(outturn.fund_id, year)).payments:
            if given.payment and row.of.remittance.casefold() == given.payment.casefold():
                return row.id
    raise NotFoundError("payment with the remittance", given.payment, "Name it with --payment.")


# What is printed


def _head_data(head: HeadOutturn) -> dict[str, Any]:
    names = (*SUMS, *_WORKED_OUT)
    return {
        "ref": head.ref or None,
        "kind": head.kind.value if head.kind is not None else None,
        **{f"{name}_pence": getattr(head, name).pence for name in names},
    }


def _data(answer: YearEndAnswer) -> dict[str, Any]:
    outturn = answer.outturn
    closed = answer.closed
    return {
        "fund": outturn.fund_name,
        "year": str(outturn.year),
        "basis": outturn.basis.value,
        "over": outturn.is_over,
        "closed": None
        if closed is None
        else {
            "by": closed.value.closed_by,
            "at": closed.value.closed_at.isoformat(),
            "reason": closed.value.reason,
        },
        "heads": [_head_data(head) for head in outturn.heads],
        "total": _head_data(outturn.total),
        "available_pence": outturn.available.pence,
        "received_pence": outturn.cash.paid.pence,
        "repaid_pence": outturn.cash.repaid.pence,
        "cash_pence": outturn.cash.held.pence,
        "balance_pence": outturn.balance.pence,
        "undecided_pence": outturn.pending.pence,
        "identities": [
            {
                "id": each.id,
                "name": each.name,
                "left_pence": each.left.pence,
                "right_pence": each.right_total.pence,
                "difference_pence": each.difference.pence,
                "ok": each.holds,
            }
            for each in answer.identities
        ],
    }


def _outturn_words(answer: YearEndAnswer) -> Sequence[Part]:
    outturn = answer.outturn
    rows = [(head.ref or head.name, head) for head in outturn.heads] + [("Total", outturn.total)]
    words: list[Part] = [
        table(
            f"Outturn of {outturn.fund_name} {outturn.year}",
            (
                "Project",
                "Kind",
                "Budget £",
                "Ledger £",
                "Period 13 £",
                "Eligible £",
                "Left £",
                "Not decided £",
            ),
            [
                (
                    name,
                    head.kind.value if head.kind is not None else "",
                    *(
                        str(amount)
                        for amount in (
                            head.budget,
                            head.ledger,
                            head.closing,
                            head.eligible,
                            head.left,
                            head.pending,
                        )
                    ),
                )
                for name, head in rows
            ],
        ),
        f"Cash: {outturn.cash.in_words}.",
        answer.asking,
    ]
    words += [
        f"{each.id} {each.name}: {each.difference.in_words} apart. {each.advice}"
        for each in answer.identities
        if not each.holds
    ]
    if answer.closed is not None:
        words.append(f"Closed by {answer.closed.value.closed_by}: {answer.closed.value.reason}.")
    return words


def _carry_words(answer: YearEndAnswer) -> Sequence[Part]:
    if not answer.carry_forwards:
        return [f"Nothing is planned to be carried forward out of {answer.outturn.year}.", answer.asking]
    return [
        table(
            f"Carry-forward out of {answer.outturn.fund_name} {answer.outturn.year}",
            ("Project", "Kind", "State", "Asked £", "Agreed £", "Left £", "Decided", "Letter"),
            [
                (
                    row.ref or UNASSIGNED,
                    row.of.kind.value,
                    row.of.state.value,
                    str(row.of.asked),
                    str(row.of.agreed),
                    str(row.left),
                    short_date(row.of.decided_on),
                    row.of.letter,
                )
                for row in answer.carry_forwards
            ],
        ),
        answer.asking,
    ]


def _settlement_words(answer: YearEndAnswer) -> Sequence[Part]:
    year: FinancialYear = answer.outturn.year
    words: list[Part] = []
    if answer.settlements:
        words.append(
            table(
                f"What goes back of {answer.outturn.fund_name} {year}",
                ("Number", "Project", "Kind", "State", "Amount £", "Reason"),
                [
                    (
                        str(row.id),
                        row.ref or UNASSIGNED,
                        row.of.kind.value,
                        row.of.state.value,
                        str(row.of.amount),
                        row.of.reason,
                    )
                    for row in answer.settlements
                ],
            )
        )
    else:
        words.append(f"Nothing of {year} goes back or is surrendered.")
    words += [
        f"{each.ref or UNASSIGNED} ({each.kind.value}): {each.amount.in_words} {each.why}; "
        f"{'surrender it' if each.surrender else 'give it back'}."
        for each in answer.proposals
    ]
    return words


def _print_checklist(found: Checklist, out: Output) -> int:
    out.result(
        {
            "fund": found.fund_name,
            "year": str(found.year),
            "closed": found.is_closed,
            "open": found.open,
            "can_close": found.can_close,
            "points": [
                {
                    "point": _key(point.key),
                    "name": point.key.value,
                    "state": point.state.value,
                    "sentence": point.sentence,
                    "may_accept": point.may_accept,
                    "accepted": point.accepted,
                }
                for point in found.points
            ],
        },
        [
            table(
                f"Year end of {found.fund_name} {found.year}",
                ("Point", "State", "How it stands"),
                [
                    (
                        _key(point.key),
                        "accepted" if point.accepted else point.state.value,
                        f"{point.sentence} {point.accepted}".strip(),
                    )
                    for point in found.points
                ],
            ),
            found.why_not or "Everything is done: the year can be closed.",
        ],
    )
    return TO_LOOK_AT if found.open else DONE
