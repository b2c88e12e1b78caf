"""What contradicts, or is worth a look, among bids, awards, virements, profiles and carry-forwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from fundingapp.domain.agreements import CarryForwardStance
from fundingapp.domain.allocations import Authority
from fundingapp.domain.bids import BidState
from fundingapp.domain.carry_forwards import CarryForwardState
from fundingapp.domain.exchange.book import Book
from fundingapp.domain.exchange.columns import folded
from fundingapp.domain.exchange.entries import (
    AllocationEntry,
    AwardEntry,
    BidEntry,
    CarryForwardEntry,
    FundEntry,
    GrantKey,
    HeadKey,
    ProfileEntry,
    ProjectEntry,
    VirementEntry,
)
from fundingapp.domain.exchange.notes import Notes, Place
from fundingapp.domain.exchange.sums import Sums
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.profiles import MONTHS


def check_budgets(book: Book, sums: Sums, notes: Notes) -> None:
    """Names what contradicts on the way from the allocation to the projects' budgets."""
    _check_bids(book, notes)
    _check_awards(book, sums, notes)
    _check_virements(book, sums, notes)
    _check_profiles(book, sums, notes)
    _check_carry_forwards(book, sums, notes)


# Bids and awards


def _check_bids(book: Book, notes: Notes) -> None:
    for bid in book.added(BidEntry):
        if bid.amount < Money.ZERO:
            notes.contradiction("amount.sign", bid.place, "a bid is never below nought", "amount")
        if bid.submitted and bid.decided and bid.decided < bid.submitted:
            notes.contradiction(
                "days.order",
                bid.place,
                f"it was decided on {bid.decided:%d/%m/%Y}, before it was submitted on {bid.submitted:%d/%m/%Y}",
                "decided",
            )
        if not bid.awarded:
            continue
        if bid.awarded > bid.amount:
            notes.finding(
                "bid.awarded",
                bid.place,
                f"{bid.awarded.in_words} was awarded of a bid for {bid.amount.in_words}",
                "awarded",
            )
        elif not bid.state.is_awarded and bid.state is not BidState.WITHDRAWN:
            notes.finding(
                "bid.state",
                bid.place,
                f"it is {bid.state.value}, and {bid.awarded.in_words} was awarded",
                "state",
            )
        elif bid.state is BidState.APPROVED and bid.awarded < bid.amount:
            notes.finding(
                "bid.state",
                bid.place,
                f"it is approved, and {bid.awarded.in_words} of {bid.amount.in_words} was awarded: part approved",
                "state",
            )
        elif bid.state is BidState.PART_APPROVED and bid.awarded == bid.amount:
            notes.finding("bid.state", bid.place, "it is part approved, and all of it was awarded", "state")


def _check_awards(book: Book, sums: Sums, notes: Notes) -> None:
    bids: dict[HeadKey, list[BidEntry]] = defaultdict(list)
    for bid in book.all(BidEntry):
        bids[bid.head].append(bid)
    awards: dict[HeadKey, list[AwardEntry]] = defaultdict(list)
    for award in book.all(AwardEntry):
        awards[award.head].append(award)
    projects = {folded(each.ref): each for each in book.all(ProjectEntry)}
    touched = {award.head for award in book.added(AwardEntry)} | {bid.head for bid in book.added(BidEntry)}
    for head, entries in awards.items():
        if head not in touched:
            continue
        last, total = entries[-1], Money.total(each.amount for each in entries)
        if total < Money.ZERO:
            notes.contradiction(
                "amount.sign", last.place, f"the awards of {last.ref} add up to {total.in_words}", "amount"
            )
        _check_against_bids(last, total, bids.get(head, []), notes)
        project = projects.get(head.ref)
        if project is not None:
            _check_project_days(last, project, notes)
    _check_available(book, sums, awards, notes)


def _check_against_bids(last: AwardEntry, total: Money, bids: list[BidEntry], notes: Notes) -> None:
    if not bids:
        return
    decided = [bid for bid in bids if bid.state.is_awarded]
    if not decided:
        notes.finding(
            "award.undecided",
            last.place,
            f"{last.ref} has an award of {total.in_words}, and its bid is {bids[-1].state.value}",
            "amount",
            bids[-1].place,
        )
        return
    most = Money.total(bid.amount if bid.awarded is None else bid.awarded for bid in decided)
    if total > most:
        notes.finding(
            "award.above_bid",
            last.place,
            f"the awards of {last.ref} add up to {total.in_words}, and {most.in_words} was decided for its bid",
            "amount",
            decided[-1].place,
        )


def _check_project_days(award: AwardEntry, project: ProjectEntry, notes: Notes) -> None:
    ended = project.to is not None and project.to < award.year.first_day
    not_begun = project.from_ is not None and project.from_ > award.year.last_day
    if ended or not_begun:
        notes.finding(
            "award.outside_project",
            award.place,
            f"{award.ref} {'ended before' if ended else 'begins after'} {award.year}",
            "year",
            project.place,
        )


def _check_available(book: Book, sums: Sums, awards: dict[HeadKey, list[AwardEntry]], notes: Notes) -> None:
    """Awards above what is available: over-programming, which exists, so it is said and kept."""
    by_grant: dict[GrantKey, list[AwardEntry]] = defaultdict(list)
    for head, entries in awards.items():
        by_grant[head.grant] += entries
    lines = {each.grant: each for each in book.all(AllocationEntry)}
    new = set(map(id, book.added(AwardEntry)))
    for grant, entries in by_grant.items():
        if not any(id(each) in new for each in entries):
            continue
        last = max(entries, key=lambda each: each.place.row)
        name = f"{last.fund} {grant.year} ({grant.kind.value})"
        if grant not in lines:
            notes.finding(
                "award.no_allocation",
                last.place,
                f"there is no allocation of {name}, which it is awarded from",
                "fund",
            )
            continue
        budgets = Money.total(sums.budget(head) for head in {each.head for each in entries})
        available = sums.available(grant)
        if budgets > available:
            notes.finding(
                "award.over_programmed",
                last.place,
                f"the budgets of {name} come to {budgets.in_words}, {(budgets - available).in_words} more than the "
                f"{available.in_words} available",
                "amount",
                lines[grant].place,
            )


# Virements


def _check_virements(book: Book, sums: Sums, notes: Notes) -> None:
    places: dict[HeadKey, Place] = {award.head: award.place for award in book.all(AwardEntry)}
    for carried in book.all(CarryForwardEntry):
        if carried.carried:
            places.setdefault(carried.key._replace(year=carried.from_year.next), carried.place)
    new = set(map(id, book.added(VirementEntry)))
    by_grant: dict[GrantKey, list[VirementEntry]] = defaultdict(list)
    for virement in sorted(book.all(VirementEntry), key=_order):
        by_grant[virement.grant].append(virement)
    for virements in by_grant.values():
        if not any(id(each) in new for each in virements):
            continue
        for virement in virements:
            if id(virement) in new:
                _check_virement(virement, notes)
        _check_balances([each for each in virements if not _is_senseless(each)], sums, places, notes)


def _is_senseless(virement: VirementEntry) -> bool:
    """Whether it moves nothing at all, which is said elsewhere."""
    return virement.amount <= Money.ZERO or (
        virement.source is not None and virement.source == virement.target
    )


def _check_balances(
    virements: list[VirementEntry], sums: Sums, places: dict[HeadKey, Place], notes: Notes
) -> None:
    """Whether every line of a grant ends at nought or above, in the order of the virements.

    A line that is below nought by the days, and never in the order of the rows, is worth a look only: the days on
    papers need not be the order in which money was moved. Our own workbooks say who decided each virement: the program
    kept every line above nought when it was applied, so nothing is said of their way.
    """
    is_ours = any(each.decided_by is not None for each in virements)
    balance: dict[HeadKey | GrantKey, Money] = {}
    below: dict[HeadKey | GrantKey, list[tuple[VirementEntry, Money]]] = {}

    def of(line: HeadKey | None, grant: GrantKey) -> HeadKey | GrantKey:
        return grant if line is None else line

    def at(line: HeadKey | GrantKey) -> Money:
        start = _at_start(sums, line) if isinstance(line, HeadKey) else _room(sums, line)
        return balance.setdefault(line, start)

    for virement in virements:
        source, target = of(virement.source, virement.grant), of(virement.target, virement.grant)
        is_line = isinstance(source, GrantKey) or source in sums.awarded or source in sums.carried_in
        if not is_line and source not in balance:
            notes.contradiction(
                "virement.no_line",
                virement.place,
                f"{virement.from_ref} has no {virement.kind.value} budget from {virement.fund} in {virement.year}, so "
                "nothing can leave it",
                "from ref",
                _elsewhere(places, source) if isinstance(source, HeadKey) else None,
            )
        before = at(source)
        balance[source] = before - virement.amount
        if balance[source] < Money.ZERO:
            below.setdefault(source, []).append((virement, before))
        balance[target] = at(target) + virement.amount
    for line, stages in below.items():
        ends_below = balance[line] < Money.ZERO
        if is_ours and not ends_below:
            continue
        in_rows = sorted(virements, key=lambda each: each.place.row)
        start = _at_start(sums, line) if isinstance(line, HeadKey) else _room(sums, line)
        is_wrong = ends_below or _goes_below(in_rows, line, start)
        for virement, before in stages[-1:] if is_ours else stages:
            _say_below(virement, line, before, places, notes.contradiction if is_wrong else notes.finding)


def _goes_below(virements: list[VirementEntry], line: HeadKey | GrantKey, start: Money) -> bool:
    """Whether *line* goes below nought from *start* in the order of *virements*."""
    left = start
    for virement in virements:
        if (virement.source or virement.grant) == line:
            left -= virement.amount
            if left < Money.ZERO:
                return True
        if (virement.target or virement.grant) == line:
            left += virement.amount
    return False


def _say_below(
    virement: VirementEntry,
    line: HeadKey | GrantKey,
    before: Money,
    places: dict[HeadKey, Place],
    say: Callable[[str, Place, str, str, Place | None], None],
) -> None:
    what = f"the contingency of {virement.fund} {virement.year}"
    if isinstance(line, HeadKey):
        what = virement.from_ref
    say(
        "virement.below_zero",
        virement.place,
        f"{virement.amount.in_words} leaves {what}, which has {before.in_words}: it would be "
        f"{(before - virement.amount).in_words}",
        "amount",
        places.get(line) if isinstance(line, HeadKey) else None,
    )


def _order(virement: VirementEntry) -> tuple[date, int, int]:
    number = int(virement.number) if virement.number else 0
    return virement.dated or date.min, number, virement.place.row


def _at_start(sums: Sums, head: HeadKey) -> Money:
    return sums.awarded.get(head, Money.ZERO) + sums.carried_in.get(head, Money.ZERO)


def _room(sums: Sums, grant: GrantKey) -> Money:
    """What the contingency has before any virement: what was set aside where that is known, else what is available and
    awarded to nobody."""
    if grant in sums.set_aside:
        return sums.set_aside[grant]
    heads = {head for head in (*sums.awarded, *sums.carried_in) if head.grant == grant and head.ref}
    return sums.available(grant) - Money.total(_at_start(sums, head) for head in heads)


def _elsewhere(places: dict[HeadKey, Place], head: HeadKey) -> Place | None:
    """Where the project has budget otherwise: in another fund, year or kind."""
    return next((place for other, place in places.items() if other.ref == head.ref), None)


def _check_virement(virement: VirementEntry, notes: Notes) -> None:
    if virement.amount <= Money.ZERO:
        notes.contradiction(
            "amount.sign", virement.place, "a virement moves an amount above nought", "amount"
        )
    same_kind = virement.to_kind in (None, virement.kind)
    if folded(virement.from_ref) == folded(virement.to_ref) and same_kind:
        notes.contradiction(
            "virement.itself",
            virement.place,
            f"it goes from {virement.from_ref} to {virement.to_ref}",
            "to ref",
        )
    if not same_kind and virement.decided_by is not Authority.COMMISSIONER and not virement.letter:
        notes.contradiction(
            "virement.kinds",
            virement.place,
            f"it goes from {virement.kind.value} to {virement.to_kind.value if virement.to_kind else ''} without the "
            "commissioner's letter",
            "to kind",
        )
    if virement.dated is not None and FinancialYear.of(virement.dated) != virement.year:
        notes.finding(
            "virement.outside_year",
            virement.place,
            f"it is dated {virement.dated:%d/%m/%Y}, outside {virement.year}",
            "dated",
        )


# Profiles


def _check_profiles(book: Book, sums: Sums, notes: Notes) -> None:
    by_head: dict[HeadKey, list[ProfileEntry]] = defaultdict(list)
    for entry in book.added(ProfileEntry):
        by_head[entry.head].append(entry)
        if entry.period > MONTHS:
            notes.contradiction(
                "profile.period",
                entry.place,
                "a profile has periods 1 to 12: nothing is planned for period 13",
                "period",
            )
    awards = {award.head: award for award in book.all(AwardEntry)}
    for head, entries in by_head.items():
        total, last = Money.total(each.amount for each in entries), entries[-1]
        if not sums.has_budget(head):
            notes.finding(
                "profile.no_budget",
                last.place,
                f"{last.ref} has no {head.kind.value} budget from {last.fund} in {head.year} to be spread",
                "ref",
            )
        elif total not in (sums.budget(head), sums.awarded.get(head, Money.ZERO), _at_start(sums, head)):
            notes.finding(
                "profile.sum",
                last.place,
                f"the profile of {last.ref} adds up to {total.in_words}, its budget is {sums.budget(head).in_words}; "
                "the budget is spread in its shape",
                "amount",
                awards[head].place if head in awards else None,
            )


# Carry-forwards


def _check_carry_forwards(book: Book, sums: Sums, notes: Notes) -> None:
    funds = {folded(each.fund): each for each in book.all(FundEntry)}
    awards: dict[HeadKey, Place] = {award.head: award.place for award in book.all(AwardEntry)}
    lines: dict[GrantKey, Place] = {each.grant: each.place for each in book.all(AllocationEntry)}
    for entry in book.added(CarryForwardEntry):
        _check_state(entry, notes)
        fund = funds.get(folded(entry.fund))
        if fund is not None and fund.carry_forward is CarryForwardStance.NO and entry.carried:
            notes.finding(
                "carry_forward.stance",
                entry.place,
                f"{fund.fund} allows no carry-forward, and {entry.carried.in_words} is agreed",
                "state",
                fund.place,
            )
        if entry.carried:
            _check_left(entry, book, sums, awards, lines, notes)


def _check_state(entry: CarryForwardEntry, notes: Notes) -> None:
    asked, agreed = entry.asked or Money.ZERO, entry.agreed or Money.ZERO
    for column, amount in (("asked", asked), ("agreed", agreed)):
        if amount < Money.ZERO:
            notes.contradiction("amount.sign", entry.place, "a carry-forward is never below nought", column)
    what = ""
    match entry.state:
        case CarryForwardState.REFUSED if agreed:
            what = f"it is refused, and {agreed.in_words} is agreed"
        case CarryForwardState.AGREED if not agreed:
            what = "it is agreed, and no sum is agreed"
        case CarryForwardState.PART_AGREED if not agreed:
            what = "it is part agreed, and no sum is agreed"
        case (
            CarryForwardState.FORECAST
            | CarryForwardState.ANTICIPATED
            | CarryForwardState.REQUESTED
            | CarryForwardState.WITHDRAWN
        ) if agreed:
            what = f"it is {entry.state.value}, and {agreed.in_words} is agreed"
    if what:
        notes.contradiction("carry_forward.state", entry.place, what, "state")
    elif entry.counts and entry.asked is not None and agreed > asked:
        notes.contradiction(
            "carry_forward.agreed",
            entry.place,
            f"{agreed.in_words} is agreed of {asked.in_words} asked",
            "agreed",
        )
    odd = ""
    if entry.state is CarryForwardState.AGREED and entry.asked is not None and Money.ZERO < agreed < asked:
        odd = f"it is agreed, and {agreed.in_words} of {asked.in_words} is agreed: part agreed"
    elif entry.state is CarryForwardState.PART_AGREED and agreed and entry.asked == agreed:
        odd = f"it is part agreed, and all of the {agreed.in_words} is agreed"
    if odd:
        notes.finding("carry_forward.state", entry.place, odd, "state")
    if entry.counts and entry.decided is None and not entry.letter:
        notes.finding(
            "carry_forward.no_paper",
            entry.place,
            f"{agreed.in_words} is agreed, and neither the day of the decision nor a letter is there",
            "letter",
        )
    if entry.decided is not None and entry.decided < entry.from_year.first_day:
        notes.finding(
            "carry_forward.early",
            entry.place,
            f"it was decided on {entry.decided:%d/%m/%Y}, before {entry.from_year} began",
            "decided",
        )


def _check_left(
    entry: CarryForwardEntry,
    book: Book,
    sums: Sums,
    awards: dict[HeadKey, Place],
    lines: dict[GrantKey, Place],
    notes: Notes,
) -> None:
    """Whether the year that it comes from had as much left; a year of which nothing is known is not asked."""
    head = entry.key
    is_lived = head.grant in lines and any(each.grant == head.grant for each in sums.heads() if each.ref)
    if not is_lived:
        return
    if head.ref:
        left = sums.budget(head) - sums.spent.get(head, Money.ZERO)
        name, there = entry.ref, awards.get(head)
    else:
        others = Money.total(
            each.carried
            for each in book.all(CarryForwardEntry)
            if each.key.grant == head.grant and each is not entry
        )
        spent = Money.total(amount for each, amount in sums.spent.items() if each.grant == head.grant)
        left = sums.available(head.grant) - spent - others
        name, there = entry.fund, lines[head.grant]
    if entry.carried > left:
        notes.finding(
            "carry_forward.more_than_left",
            entry.place,
            f"{entry.carried.in_words} is agreed out of {entry.from_year}, in which {name} has {left.in_words} of "
            f"{head.kind.value} left",
            "agreed",
            there,
        )
