"""The return to the commissioner: the grant's figures in the commissioner's order, as values with formulas.

A return is built from one position, so the figures seen and the figures sent are the same (R31).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import Resources
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.claiming import ClaimRecords, cash_position, figures
from fundingapp.domain.funds import Kind, Partnership
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.match_funding import MatchRow
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.parties import Contact
from fundingapp.domain.periods import FinancialYear, last_period_of
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.priorities import PlanWords
from fundingapp.domain.reconciliation import reconcile
from fundingapp.domain.reconciliations import CentreRow
from fundingapp.domain.return_results import ReturnResults, what_to_see_to
from fundingapp.domain.return_story import NOTHING_SAID, ReturnStory
from fundingapp.domain.states import Machine, Move, Need
from fundingapp.domain.year_end import HeadOutturn, Outturn


class ReturnState(Enum):
    """Draft → checked → certified → sent → queried → accepted (domain paper 2.2, returns).

    Once it has gone to the commissioner the quarters that it states never change (R17).
    """

    DRAFT = "draft"
    CHECKED = "checked"
    CERTIFIED = "certified"
    SUBMITTED = "submitted"
    QUERIED = "queried"
    ACCEPTED = "accepted"

    @property
    def is_out(self) -> bool:
        """Whether the commissioner has it."""
        return self in _OUT

    @property
    def in_words(self) -> str:
        """As it is called in every sentence: “sent” for what is submitted."""
        return "sent" if self is ReturnState.SUBMITTED else self.value


_OUT = frozenset({ReturnState.SUBMITTED, ReturnState.QUERIED, ReturnState.ACCEPTED})

_REASON = (Need.REASON,)
#: Every move of a return. What the commissioner has is never changed: it is opened again, or takes a new version.
RETURNS = Machine(
    "return",
    (
        Move(ReturnState.DRAFT, ReturnState.CHECKED, "check", "preparer"),
        Move(ReturnState.CHECKED, ReturnState.CERTIFIED, "certify", "section 151 officer"),
        # Only where the terms spare it the certificate: see needs_certificate.
        Move(ReturnState.CHECKED, ReturnState.SUBMITTED, "send", "preparer"),
        Move(ReturnState.CERTIFIED, ReturnState.SUBMITTED, "send", "preparer"),
        Move(ReturnState.SUBMITTED, ReturnState.QUERIED, "record a query", "preparer", _REASON),
        Move(ReturnState.QUERIED, ReturnState.SUBMITTED, "answer", "preparer", _REASON),
        Move(ReturnState.SUBMITTED, ReturnState.ACCEPTED, "record the acceptance", "preparer"),
        Move(ReturnState.QUERIED, ReturnState.ACCEPTED, "record the acceptance", "preparer"),
        Move(ReturnState.CHECKED, ReturnState.DRAFT, "open again", "preparer", _REASON),
        Move(ReturnState.CERTIFIED, ReturnState.DRAFT, "open again", "preparer", _REASON),
        Move(ReturnState.SUBMITTED, ReturnState.DRAFT, "reopen", "finance lead", _REASON),
        Move(ReturnState.QUERIED, ReturnState.DRAFT, "reopen", "finance lead", _REASON),
        Move(ReturnState.ACCEPTED, ReturnState.DRAFT, "reopen", "finance lead", _REASON),
    ),
)


def needs_certificate(terms: Terms, spent: Money) -> bool:
    """Whether a return of that spend goes only with a certificate: always, but where the agreement asks for one only
    above an amount and less was spent."""
    return terms.certificate_above is None or spent > terms.certificate_above


@dataclass(frozen=True, slots=True)
class CommissionerPart:
    """What was spent in the return's quarter under one of its commissioners; *days* are its days of the quarter, in
    words."""

    name: str
    days: str
    spent: Money


@dataclass(frozen=True, slots=True)
class AccrualLine:
    """An accrual as the year-end return lists it: *papers* are the names of its evidence, *reverses* says in words when
    it is taken off again."""

    ref: str
    kind: Kind
    period: int
    supplier: str
    description: str
    amount: Money
    papers: tuple[str, ...]
    reverses: str


@dataclass(frozen=True, slots=True)
class ReturnYearEnd:
    """What the return of a whole year has beside (domain paper 4.5): how the year ended, what of it is carried forward,
    what was accrued, and where the pounds of each cost centre went."""

    outturn: Outturn
    carry_forwards: tuple[CarryForward, ...] = ()
    accruals: tuple[AccrualLine, ...] = ()
    centres: tuple[CentreRow, ...] = ()

    @property
    def heads_with_underspend(self) -> tuple[HeadOutturn, ...]:
        """The heads of which something is left, or was carried forward, given back or asked for."""
        return tuple(
            head for head in self.outturn.heads if head.left or head.settled or self.carried_of(head)
        )

    def carried_of(self, head: HeadOutturn) -> tuple[CarryForward, ...]:
        """What was forecast, asked or decided of one head, but for what was withdrawn."""
        return tuple(
            each
            for each in self.carry_forwards
            if (each.project, each.kind) == (head.project, head.kind)
            and each.state is not CarryForwardState.WITHDRAWN
        )


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ReturnDocument:
    """A return ready to be written: what it is about, and the position all its figures come from.

    *quarter* is 1 to 4; *version* counts the saved returns of the same grant and quarter; *journal_head* is the
    hash that the audit trail ended with when it was made (decision D13).
    """

    partnership: Partnership
    commissioner: str
    fund: str
    year: FinancialYear
    quarter: int
    version: int
    prepared_by: str
    prepared_on: date
    position: GrantPosition
    identities: tuple[Identity, ...]
    journal_head: str
    #: Where the commissioner changed in the quarter: what was spent under each, together the quarter's spend (R8b).
    commissioners: tuple[CommissionerPart, ...] = ()
    #: What each project serves by the plan (R7); a project that is not in it serves what it names in words.
    serves: Mapping[ProjectId, PlanWords] = field(default_factory=dict)
    #: The grant's claims and money (R19 to R23); None where they were not asked for.
    claims: ClaimRecords | None = None
    match: tuple[MatchRow, ...] = ()
    conditions: tuple[GrantCondition, ...] = ()
    #: Of the return of the fourth quarter, which is that of the whole year.
    year_end: ReturnYearEnd | None = None
    #: What the money did, as it may leave the house; None where nothing is measured.
    results: ReturnResults | None = None
    #: What it says beside the money.
    story: ReturnStory = NOTHING_SAID
    #: Who speaks for the partnership, and the section 151 officer who signs, as the declaration names them.
    contact: Contact | None = None
    certifier: Contact | None = None
    #: What tells a project's kind of money from all else that it has, to follow a measure in a figure's name:
    #: ``:capital``, ``:revenue:Home Office Fund``. What is not in it is the only one of its project.
    head_names: Mapping[tuple[ProjectId, Kind], str] = field(default_factory=dict)

    def served_by(self, project: ProjectPosition) -> PlanWords:
        """Themes, priorities and areas of *project* in words, with their shares where there are several."""
        own = PlanWords(project.project.theme, "", project.project.area)
        return self.serves.get(project.project_id, own)

    @property
    def title(self) -> str:
        return f"{self.fund} · monitoring return Q{self.quarter} {self.year}"

    @property
    def agrees(self) -> bool:
        return all(identity.holds for identity in self.identities)


def build_return(
    position: GrantPosition,
    *,
    partnership: Partnership,
    commissioner: str,
    quarter: int,
    version: int,
    prepared_by: str,
    prepared_on: date,
    journal_head: str,
    commissioners: tuple[CommissionerPart, ...] = (),
    identities: tuple[Identity, ...] | None = None,
    claims: ClaimRecords | None = None,
    match: tuple[MatchRow, ...] = (),
    conditions: tuple[GrantCondition, ...] = (),
    year_end: ReturnYearEnd | None = None,
) -> ReturnDocument:
    """The return of *quarter* out of a *position* that ends with the quarter's last period.

    *identities* are all those of the grant; None states those that follow from the position alone.
    Raises ValueError when the position ends elsewhere: figures of another period must not be sent as this one's.
    """
    if position.to_period != last_period_of(quarter):
        raise ValueError(f"the position ends with period {position.to_period}, not with quarter {quarter}")
    return ReturnDocument(
        partnership,
        commissioner,
        position.fund.name,
        position.year,
        quarter,
        version,
        prepared_by,
        prepared_on,
        position,
        reconcile(position) if identities is None else identities,
        journal_head,
        commissioners,
        claims=claims,
        match=match,
        conditions=conditions,
        year_end=year_end,
    )


@dataclass(frozen=True, slots=True)
class ReturnCheck:
    """One thing to see to before a return goes: *stops* when it must be settled, else it is to be looked at."""

    stops: bool
    text: str
    figure: str = ""


def checks_of(document: ReturnDocument) -> tuple[ReturnCheck, ...]:
    """What a careful reader of *document* would raise before it is certified."""
    found: list[ReturnCheck] = []
    for identity in document.identities:
        if not identity.holds:
            found.append(
                ReturnCheck(
                    # What a commissioner publishes is not ours to put right (R30).
                    identity.number != 30,
                    f"{identity.name}: the sides differ by {identity.difference.in_words}. {identity.advice}".strip(),
                    identity.left_figure,
                )
            )
    for project in document.position.projects:
        figure = f"{project.ref}/{document.year}/spend"
        changed = project.prior_period_adjustment
        if changed:
            found.append(
                ReturnCheck(
                    False,
                    f"{project.ref} {project.project.name}: {changed.in_words} changed in quarters that were sent "
                    "already; this return states it as a prior-period adjustment.",
                    figure,
                )
            )
        over = project.spent - project.budget.current
        if over.pence > 0 and lacks_reason(project):
            found.append(
                ReturnCheck(
                    False,
                    f"{project.ref} {project.project.name} is {over.in_words} over its budget: a reason or a virement "
                    "is needed.",
                    figure,
                )
            )
        elif lacks_reason(project):
            under = project.variance < Money.ZERO
            apart = f"{(-project.variance).in_words} under" if under else f"{project.variance.in_words} over"
            found.append(
                ReturnCheck(
                    False,
                    f"{project.ref} {project.project.name} is forecast {apart} its budget: "
                    "the commissioner may ask for the reason.",
                    figure,
                )
            )
    if document.results is not None:
        found += [
            ReturnCheck(False, text, figure)
            for text, figure in what_to_see_to(document.results, document.quarter)
        ]
    return tuple(found)


def asks_reason(project: ProjectPosition) -> bool:
    """Whether a return asks why *project* is off its budget: over it already, or by forecast outside tolerance."""
    return needs_reason(project) or project.spent > project.budget.current


def lacks_reason(project: ProjectPosition) -> bool:
    """Whether a return asks why *project* is off its budget, and nobody has said."""
    return asks_reason(project) and not project.reason


def needs_reason(project: ProjectPosition) -> bool:
    """Whether the forecast variance is outside the fund's tolerance.

    Compared in whole pence, not as the percentage that is shown: 10.04 % is shown as 10.0 and is over 10. Without
    a budget any variance needs its reason; a line without budget and without spend needs none.
    """
    return abs(project.variance).pence * 100 > abs(project.budget.current).pence * project.tolerance_percent


def kinds_in(position: GrantPosition) -> Sequence[Kind]:
    """The kinds of money that the grant has, in its fund's order, capital last."""
    used = {project.kind for project in position.projects}
    ours = position.fund.kinds
    return [
        kind
        for kind in (*ours, *(kind for kind in Kind if kind not in ours))
        if kind in used
        # Not whether something is available: an allocation that a reduction took away again is still to be shown.
        or position.resources_by_kind[kind] != Resources()
        or position.contingency_by_kind[kind]
    ]


def figures_checksum(document: ReturnDocument) -> str:
    """SHA-256 over every figure of *document*, in whole pence, with the fund, year and quarter they are of.

    What is certified is named by it: it stays the same when only the wording, the preparer or the version
    changes, and changes with any penny. Results are no part of it: the section 151 officer answers for the
    money. The text that is hashed has a JSON list for each figure, in ASCII.
    """
    position = document.position
    lines: list[tuple[str | int, ...]] = [("return", document.fund, str(document.year), document.quarter)]
    for kind in position.fund.kinds:
        resources = position.resources_by_kind[kind]
        lines += [
            ("allocation", kind.value, resources.allocation.pence),
            ("brought forward", kind.value, resources.brought_forward.pence),
            ("supplements", kind.value, resources.supplements.pence),
            ("reductions", kind.value, resources.reductions.pence),
            ("contingency", kind.value, position.contingency_by_kind[kind].pence),
        ]
    for project in position.projects:
        budget, head = project.budget, (project.ref, project.kind.value)
        lines += [
            ("award", *head, budget.award.pence),
            ("budget brought forward", *head, budget.brought_forward.pence),
            ("virements", *head, budget.virement_in.pence, budget.virement_out.pence),
            ("contingency moved", *head, budget.released.pence, budget.surrendered.pence),
            ("quarters", *head, *(amount.pence for amount in project.quarters)),
            ("ledger by period", *head, *(amount.pence for amount in project.ledger[: project.to_period])),
            ("accrued by period", *head, *(amount.pence for amount in project.accrued[: project.to_period])),
            *(
                (
                    "adjusted by period",
                    *head,
                    type.value,
                    *(amount.pence for amount in sums[: project.to_period]),
                )
                for type, sums in project.adjusted.items()
            ),
            ("prior-period adjustment", *head, project.prior_period_adjustment.pence),
            ("still expected", *head, project.forecast_remaining.pence),
        ]
    for ledger in position.ledger:
        sums = (ledger.total, ledger.placed, ledger.charged, ledger.income, ledger.excluded)
        lines.append(("ledger", ledger.period, ledger.lines, *(amount.pence for amount in sums)))
    for control in position.controls:
        lines.append(("control", control.period, control.lines, control.total.pence))
    lines += [("commissioner", part.name, part.days, part.spent.pence) for part in document.commissioners]
    lines += _beside(document)
    return hashlib.sha256("".join(json.dumps(line) + "\n" for line in lines).encode("ascii")).hexdigest()


def _beside(document: ReturnDocument) -> list[tuple[str | int, ...]]:
    """The lines of what stands beside the position; without any a return has the checksum that it always had."""
    lines: list[tuple[str | int, ...]] = []
    claims = document.claims
    if claims is not None and not claims.is_empty:
        for id, claim in claims.in_order():
            each = figures(claims, claim=id)
            amounts = (
                each.claimed,
                each.disallowed,
                each.queried,
                each.approved,
                each.retained,
                each.released,
                each.paid,
            )
            lines.append(("claim", claim.number, claim.to_period, *(amount.pence for amount in amounts)))
        cash = cash_position(claims, document.position.spent)
        lines.append(("cash", cash.paid.pence, cash.repaid.pence, cash.advances.pence))
    for row in document.match:
        sums = (row.planned, row.received, row.spent)
        lines.append(("match", row.ref, row.source, int(row.is_in_kind), *(amount.pence for amount in sums)))
    year_end = document.year_end
    for head in year_end.outturn.heads if year_end is not None else ():
        decided = (head.requested, head.agreed, head.refused, head.owed, head.repaid, head.surrendered)
        if any(decided):
            kind = head.kind.value if head.kind is not None else ""
            lines.append(("year end", head.ref, kind, *(amount.pence for amount in decided)))
    return lines


def variance_percent(project: ProjectPosition) -> Decimal | None:
    """Forecast variance as a percentage of the current budget, one decimal; None without a budget."""
    return percentage(project.variance, project.budget.current)
