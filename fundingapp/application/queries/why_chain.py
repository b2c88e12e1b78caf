"""Why is it so, of what comes from one year into the next: down to each agreed carry-forward with its letter, and to
last year's underspend behind it (R25, R26)."""

from __future__ import annotations

from collections.abc import Iterable

from fundingapp.application.ports import Kept, UnitOfWork
from fundingapp.application.queries.chain import figure_of, papers_of
from fundingapp.application.queries.explanations import Explanation, Supporting, Term
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.queries.standing import money_of, settlements_of
from fundingapp.application.wording import short_date
from fundingapp.domain.allocations import AllocationStatus, Resource, standing_of
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.chain import HeadMoney, head_money
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.settlements import Settlement, SettlementState

#: What is not agreed, by the last word of its figure.
_NOT_AGREED = {
    "forecast": CarryForwardState.FORECAST,
    "anticipated": CarryForwardState.ANTICIPATED,
    "requested": CarryForwardState.REQUESTED,
}
_OUT = "carried forward"


def explain_grant_chain(
    work: UnitOfWork, position: GrantPosition, measure: str, suffix: str
) -> Explanation | None:
    """The figure *measure* of what a grant has from the year before, or hands on; None when it is none of these."""
    name, year = position.fund.name, position.year
    first, _, rest = measure.partition("/")
    match first, rest.partition(":")[0]:
        case "brought forward", "":
            into = [kept for kept in _entries(work, position) if kept.value.carried]
            terms = [
                *_typed(work, position, AllocationStatus.CONFIRMED),
                *(
                    Term(
                        _in_words(work, kept.value, with_letter=True), kept.value.carried, _source(work, kept)
                    )
                    for kept in into
                ),
            ]
            return _sum(f"{name}: brought forward into {year}", terms, "", _papers(work, into))
        case "brought forward", "opening":
            title = f"{name}: typed as brought forward into {year}"
            return _sum(
                title, _typed(work, position, AllocationStatus.CONFIRMED), "Of years before this file."
            )
        case "carried forward", "":
            out = [kept for kept in _onward(work, position) if kept.value.carried]
            terms = [
                Term(_in_words(work, kept.value, with_letter=True), kept.value.carried, _source(work, kept))
                for kept in out
            ]
            return _sum(f"{name}: carried forward out of {year}", terms, "", _papers(work, out))
        case "carried forward", "unassigned":
            wanted = rest.partition(":")[2]
            heads = [
                each
                for each in head_money(position, settlements_of(work, position.fund_id, year))
                if each.project is None and wanted in ("", each.kind.value)
            ]
            return _of_unassigned(work, position, heads)
        case "not agreed", what if what in _NOT_AGREED:
            waiting = [kept for kept in _entries(work, position) if kept.value.state is _NOT_AGREED[what]]
            terms = [
                Term(_in_words(work, kept.value, with_letter=False), kept.value.asked) for kept in waiting
            ]
            if what == "anticipated":
                terms += _typed(work, position, AllocationStatus.INDICATIVE)
            return _sum(
                f"{name}: {what} from {year.previous}, not agreed",
                terms,
                "Not money available before it is agreed.",
                _papers(work, waiting),
            )
        case "unspent", _:
            return _unspent(work, position, rest, suffix)
        case _:
            return None


def explain_project_chain(
    work: UnitOfWork, position: GrantPosition, project: ProjectPosition, measure: str, which: str
) -> Explanation | None:
    """The figure *measure* of what a head has from the year before, or hands on; None when it is none of these."""
    key = (project.project_id, project.kind)
    year = position.year
    if measure in ("brought forward", "brought forward/projects"):
        into = [
            kept
            for kept in _entries(work, position)
            if (kept.value.project, kept.value.kind) == key and kept.value.carried
        ]
        terms = [
            Term(_in_words(work, kept.value, with_letter=True), kept.value.carried, _source(work, kept))
            for kept in into
        ]
        return _sum(f"{project.ref}: brought forward into {year}", terms, "", _papers(work, into))
    if measure != _OUT:
        return None
    out = [
        kept
        for kept in _onward(work, position)
        if (kept.value.project, kept.value.kind) == key and kept.value.carried
    ]
    head = next(
        each
        for each in head_money(position, settlements_of(work, position.fund_id, year))
        if (each.project, each.kind) == key
    )
    terms = [
        Term("Left of its budget", head.left, f"{project.ref}/{year}/left{which}"),
        *_not_carried(head),
    ]
    return _sum(f"{project.ref}: carried forward out of {year}", terms, _decisions(out), _papers(work, out))


def _not_carried(head: HeadMoney) -> list[Term]:
    rest = head.left - head.settled - head.carried
    beyond = "Carried beyond what was left" if rest < Money.ZERO else "Not carried forward"
    return [
        *([Term("Given back or surrendered", -head.settled)] if head.settled else []),
        *([Term(beyond, -rest)] if rest else []),
    ]


def _of_unassigned(work: UnitOfWork, position: GrantPosition, heads: Iterable[HeadMoney]) -> Explanation:
    """What is carried forward of money that is in no project's budget: what projects left may be in it."""
    name, year = position.fund.name, position.year
    terms: list[Term] = []
    kinds = []
    for head in heads:
        kinds.append(head.kind)
        terms += [
            Term(f"In no project's budget, {head.kind.value}", head.left),
            *_not_carried(head),
        ]
    out = [
        kept
        for kept in _onward(work, position)
        if kept.value.project is None and kept.value.kind in kinds and kept.value.carried
    ]
    title = f"{name}: carried forward out of {year}, in no project's budget"
    return _sum(title, terms, _decisions(out), _papers(work, out))


def _unspent(work: UnitOfWork, position: GrantPosition, what: str, suffix: str) -> Explanation | None:
    name, year = position.fund.name, position.year
    settlements = settlements_of(work, position.fund_id, year)
    whole = position_of(work, position.fund_id, year, WHOLE_YEAR)
    money = money_of(work, whole)
    match what:
        case "undecided":
            figure = f"{name}/{year}"
            return _sum(
                f"{name}: unspent in {year} and not decided",
                [
                    Term("Available", money.available, f"{figure}/available"),
                    Term("Spend", -money.spent, f"{figure}/less/spend@{WHOLE_YEAR}"),
                    Term("Carried forward", -money.carried, f"{figure}/less/{_OUT}"),
                    Term("Given back", -money.returned, f"{figure}/less/unspent/returned"),
                    Term("To be given back", -money.owed, f"{figure}/less/unspent/owed"),
                    Term("Surrendered undrawn", -money.surrendered, f"{figure}/less/unspent/surrendered"),
                ],
                "At the close of a year nothing is left undecided (R25).",
            )
        case "owed":
            owed = [entry for entry in settlements if entry.is_owed]
            return _sum(f"{name}: unspent in {year}, to be given back", _settled(work, owed))
        case "surrendered":
            gone = [entry for entry in settlements if entry.state is SettlementState.SURRENDERED]
            return _sum(f"{name}: surrendered undrawn of {year}", _settled(work, gone))
        case "returned":
            paid = [
                entry
                for entry in (kept.value for kept in work.repayments.all())
                if (entry.fund, entry.year, entry.claim) == (position.fund_id, year, None)
            ]
            return _sum(
                f"{name}: unspent in {year} and given back",
                [
                    Term(f"{entry.dated:%d/%m/%Y} {entry.invoice} {entry.reason}".strip(), entry.amount)
                    for entry in sorted(paid, key=lambda entry: entry.dated)
                ],
                "What settles a credit claim was overclaimed, and is not in it.",
            )
        case _:
            return None


def _settled(work: UnitOfWork, settlements: Iterable[Settlement]) -> list[Term]:
    return [
        Term(
            f"{_of_head(work, entry.project, entry.kind)}: {entry.state.value}"
            + (f", {entry.reason}" if entry.reason else ""),
            entry.amount,
        )
        for entry in settlements
    ]


def _typed(work: UnitOfWork, position: GrantPosition, status: AllocationStatus) -> list[Term]:
    """What was typed as brought forward, what counts or (status indicative) what does not."""
    counts = status is not AllocationStatus.INDICATIVE
    notices = standing_of(
        kept.value
        for kept in work.allocations.all()
        if (kept.value.fund, kept.value.year) == (position.fund_id, position.year)
    )
    return [
        Term(
            ", ".join(
                filter(
                    None,
                    (
                        f"{each.kind.value.capitalize()}, typed",
                        each.letter,
                        short_date(each.notified_on) if each.notified_on else "",
                        each.reason,
                    ),
                )
            ),
            each.amount,
        )
        for each in notices
        if each.resource is Resource.BROUGHT_FORWARD
        and (each.counts if counts else each.status is AllocationStatus.INDICATIVE)
    ]


def _entries(work: UnitOfWork, position: GrantPosition) -> list[Kept[CarryForward]]:
    """What comes, or may come, into the year of *position*."""
    place = (position.fund_id, position.year)
    return [kept for kept in work.carry_forwards.all() if (kept.value.fund, kept.value.into_year) == place]


def _onward(work: UnitOfWork, position: GrantPosition) -> list[Kept[CarryForward]]:
    place = (position.fund_id, position.year)
    return [kept for kept in work.carry_forwards.all() if (kept.value.fund, kept.value.from_year) == place]


def _of_head(work: UnitOfWork, project: int | None, kind: Kind) -> str:
    if project is None:
        return f"In no project's budget, {kind.value}"
    found = work.projects.get(project).value
    return f"{found.ref} {found.name}, {kind.value}"


def _in_words(work: UnitOfWork, entry: CarryForward, *, with_letter: bool) -> str:
    """“LF-08 Street Pastors, revenue: agreed, CSF/31 of 12/07/2018”."""
    said = _of_head(work, entry.project, entry.kind)
    if not with_letter:
        return f"{said}: {entry.state.value}"
    return f"{said}: {_decision(entry)}"


def _decision(entry: CarryForward) -> str:
    day = f"of {short_date(entry.decided_on)}" if entry.decided_on else ""
    letter = " ".join(filter(None, (entry.letter, day)))
    return ", ".join(filter(None, (entry.state.value, letter)))


def _decisions(entries: Iterable[Kept[CarryForward]]) -> str:
    said = []
    for entry in (kept.value for kept in entries):
        words = f"{entry.carried.in_words} of {entry.asked.in_words} asked: {_decision(entry)}"
        said.append(". ".join(filter(None, (words, entry.reason.rstrip("."), entry.plan.rstrip(".")))) + ".")
    return " ".join(said)


def _figure(work: UnitOfWork, kept: Kept[CarryForward]) -> str:
    entry = kept.value
    ref = work.projects.get(entry.project).value.ref if entry.project is not None else ""
    return figure_of(work.funds.get(entry.fund).value.name, ref, entry)


def _source(work: UnitOfWork, kept: Kept[CarryForward]) -> str:
    """What to ask of the year that *kept* comes from; "" where the file does not hold its head there."""
    entry = kept.value
    if entry.project is None:
        return _figure(work, kept)
    before = position_of(work, entry.fund, entry.from_year, WHOLE_YEAR)
    held = any((each.project_id, each.kind) == (entry.project, entry.kind) for each in before.projects)
    return _figure(work, kept) if held else ""


def _papers(work: UnitOfWork, entries: Iterable[Kept[CarryForward]]) -> tuple[Supporting, ...]:
    papers = papers_of(work)
    return tuple(
        Supporting(paper, f"carry-forward of {kept.value.carried.in_words} out of {kept.value.from_year}")
        for kept in entries
        for paper in papers.get(kept.id, ())
    )


def _sum(
    title: str, terms: Iterable[Term], note: str = "", evidence: tuple[Supporting, ...] = ()
) -> Explanation:
    held = tuple(terms)
    return Explanation("", title, Money.total(term.amount for term in held), held, note, evidence=evidence)
