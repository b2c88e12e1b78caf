"""Random exchange workbooks that are right, with the figures that must come out, worked out apart from the program by
the rules of the exchange format alone; and contradictions to be planted in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.ledger import RawRow

#: A fund, a year (its start) and a kind; a project of these.
Grant = tuple[str, int, str]
Head = tuple[str, str, int, str]
Row = dict[str, Any]


def year_name(start: int) -> str:
    return f"{start}/{(start + 1) % 100:02}"


@dataclass
class Figures:
    """What a grant's position must say, in pence."""

    allocation: int = 0
    brought_forward: int = 0
    anticipated: int = 0
    awarded: int = 0
    spent: int = 0
    carried_forward: int = 0
    asked: int = 0
    projects: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def available(self) -> int:
        return self.allocation + self.brought_forward


@dataclass
class RightBook:
    """A workbook as rows by sheet, and what must follow from it."""

    sheets: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[Grant, Figures] = field(default_factory=dict)
    claimed: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    received: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    repaid: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    funds: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)

    def raw(self, random: Random | None = None) -> list[RawSheet]:
        """The sheets as a reader gives them; with *random* the columns stand in any order and values are typed as
        people type them."""
        made = []
        for name, rows in self.sheets.items():
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            if random is not None:
                random.shuffle(headings)
            cells = [
                RawRow(at, tuple(_typed(row.get(heading), random) for heading in headings))
                for at, row in enumerate(rows, start=2)
            ]
            shown = tuple(
                f" {heading.upper()} " if random and random.random() < 0.1 else heading
                for heading in headings
            )
            title = name.title() if random and random.random() < 0.3 else name
            made.append(RawSheet(title, shown, cells))
        return made


def _typed(value: Any, random: Random | None) -> Any:
    if isinstance(value, Pence):
        pounds = Decimal(value.pence) / 100
        if random is None or random.random() < 0.6:
            return pounds
        if value.pence < 0:
            return random.choice([f"({-pounds:,.2f})", f"-£{-pounds:.2f}", f"{-pounds:.2f}-"])
        return random.choice([f"£{pounds:,.2f}", f"{pounds:.2f}", f" {pounds:,.2f} "])
    if isinstance(value, date) and random is not None and random.random() < 0.4:
        return value.strftime("%d/%m/%Y")
    return value


@dataclass(frozen=True)
class Pence:
    """An amount on its way into a cell."""

    pence: int


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.book = RightBook()
        self.count = 0
        self.award: dict[Head, int] = defaultdict(int)
        self.carried: dict[Head, int] = defaultdict(int)
        self.moved: dict[Head, int] = defaultdict(int)
        self.spent: dict[Head, int] = defaultdict(int)
        self.loose_in: dict[Grant, int] = defaultdict(int)

    def add(self, sheet: str, **values: Any) -> Row:
        row = {name.replace("_", " ").strip(): value for name, value in values.items()}
        self.book.sheets[sheet].append(row)
        return row

    def next(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count:03}"

    def make(self) -> RightBook:
        random, book = self.random, self.book
        self.add(
            "partnership", name="Borough CSP", accountable_body="The Borough", area="Borough", contact="A"
        )
        self.add("parties", party="The Commissioner", kind="commissioner")
        self.add("parties", party="Home Office", kind="funder", **{"from": date(2010, 4, 1)})
        self.add("themes", theme="Safer", priority="Violence", from_year="2015/16", to_year="2030/31")
        book.funds = [f"Fund {letter}" for letter in "ABC"[: random.randint(1, 3)]]
        first = random.randint(2016, 2021)
        book.years = list(range(first, first + random.randint(3, 4)))
        for fund in book.funds:
            self.add(
                "funds",
                fund=fund,
                funder=random.choice(["The Commissioner", "Home Office"]),
                **{
                    "ring-fence": "community safety",
                    "payment basis": random.choice(["arrears", "advance"]),
                    "carry-forward": random.choice(["with agreement", "yes"]),
                    "unallocated limit": Pence(1_500_000),
                },
            )
        self.refs = [f"LF-{number:02}" for number in range(1, random.randint(3, 6))]
        for ref in self.refs:
            self.add(
                "projects",
                ref=ref,
                project=f"Project {ref}",
                theme="Safer",
                priority="Violence",
                area="",
                lead="Lee",
            )
        kinds = {fund: ["revenue"] + ["capital"] * random.randint(0, 1) for fund in book.funds}
        for year in book.years:
            for fund in book.funds:
                for kind in kinds[fund]:
                    self.grant(fund, year, kind)
                self.money(fund, year)
        self.add("indicators", indicator="I1", ref=self.refs[0], unit="%", direction="up is good")
        for quarter, month in enumerate((4, 7, 10), start=1):
            over, under = random.randint(0, 50), random.randint(50, 99)
            value = (Decimal(over) * 100 / under).quantize(Decimal("0.1"))
            days = {"from": date(first, month, 1), "to": date(first, month + 2, 30)}
            self.add("figures", indicator="I1", value=value, numerator=over, denominator=under, **days)
            del quarter
        return book

    def day(self, year: int, period: int) -> date:
        month = (period + 2) % 12 + 1
        return date(year if month >= 4 else year + 1, month, self.random.randint(1, 28))

    def grant(self, fund: str, year: int, kind: str) -> None:
        random = self.random
        grant = (fund, year, kind)
        figures = self.book.figures[grant] = Figures()
        where = {"fund": fund, "year": year_name(year), "kind": kind}
        figures.allocation = self.allocation(where, year)
        heads = [(ref, *grant) for ref in self.refs if random.random() < 0.8] or [(self.refs[0], *grant)]
        left = figures.allocation
        for head in heads:
            amount = random.randint(0, left // 2)
            if not amount:
                continue
            left -= amount
            self.awarded(head, where, amount)
        self.virements(grant, where, left)
        self.spending(grant, where)
        own = [head for head in {*self.award, *self.carried, *self.moved} if head[1:] == grant]
        for head in sorted(own):
            if self.is_line(head):
                budget = self.budget(head)
                figures.projects[head[0]] = (self.award[head], budget, self.spent[head])
                figures.awarded += budget
        figures.spent = sum(spent for head, spent in self.spent.items() if head[1:] == grant)
        figures.brought_forward = self.loose_in[grant] + sum(
            carried for head, carried in self.carried.items() if head[1:] == grant
        )
        self.carry(grant, where, figures)

    def is_line(self, head: Head) -> bool:
        return any(head in sums for sums in (self.award, self.carried, self.moved))

    def budget(self, head: Head) -> int:
        return self.award.get(head, 0) + self.carried.get(head, 0) + self.moved.get(head, 0)

    def allocation(self, where: Row, year: int) -> int:
        random = self.random
        amount = random.randint(1, 300_000_00)
        if random.random() < 0.3:
            self.add(
                "allocations",
                **where,
                status="indicative",
                amount=Pence(amount + 77),
                notified=date(year, 1, 5),
            )
        self.add(
            "allocations",
            **where,
            status="confirmed",
            amount=Pence(amount),
            notified=date(year, 3, 1),
            letter=self.next("L"),
        )
        if random.random() < 0.3:
            amount = random.randint(1, 300_000_00)
            self.add(
                "allocations",
                **where,
                status="revised",
                amount=Pence(amount),
                notified=date(year, 8, 1),
                letter="R",
            )
        if random.random() < 0.2:
            off = random.randint(0, amount)
            self.add(
                "allocations",
                **where,
                status="withdrawn",
                amount=Pence(off),
                notified=date(year, 9, 1),
                letter="W",
            )
            amount -= off
        return amount

    def awarded(self, head: Head, where: Row, amount: int) -> None:
        random = self.random
        if random.random() < 0.5:
            asked = amount + random.randint(0, 500)
            self.add(
                "bids",
                bid=self.next("B"),
                ref=head[0],
                **where,
                amount=Pence(asked),
                state="approved" if asked == amount else "part approved",
                minute="12/3",
                submitted=date(head[2], 2, 1),
                decided=date(head[2], 3, 1),
                decision="D1",
                awarded=Pence(amount),
            )
        parts = [amount]
        if amount > 1 and random.random() < 0.3:
            parts = [amount // 3, amount - amount // 3]
        for at, part in enumerate(parts):
            if part:
                self.add("awards", ref=head[0], **where, amount=Pence(part), dated=date(head[2], 4, 1 + at))
        self.award[head] += amount

    def virements(self, grant: Grant, where: Row, left: int) -> None:
        random = self.random
        for number in range(1, random.randint(1, 4)):
            lines = [head for head in {*self.award, *self.carried} if head[1:] == grant]
            rich = sorted(head for head in lines if self.budget(head) > 0)
            source = random.choice([*rich, None]) if left > 0 else (random.choice(rich) if rich else None)
            targets = sorted(head for head in lines if head != source)
            target = (
                random.choice([*targets, None])
                if source is not None
                else (random.choice(targets) if targets else None)
            )
            most = left if source is None else self.budget(source)
            if (source is None and target is None) or most <= 0:
                continue
            amount = random.randint(1, most)
            self.add(
                "virements",
                number=number,
                dated=date(grant[1], 5 + number, 1),
                **where,
                from_ref=source[0] if source else "contingency",
                to_ref=target[0] if target else "contingency",
                amount=Pence(amount),
                authority=random.choice(["board", "own authority", ""]),
                letter=random.choice(["", "VL"]),
            )
            if source is None:
                left -= amount
            else:
                self.moved[source] -= amount
            if target is None:
                left += amount
            else:
                self.moved[target] += amount

    def line(self, year: int, period: int, amount: int) -> str:
        name = self.next("T")
        self.add(
            "ledger",
            transaction=name,
            year=year_name(year),
            period=period,
            date=self.day(year, period) if period < 13 else None,
            cost_centre="C100",
            account="3000",
            supplier="A supplier",
            description="goods",
            type="PI",
            amount=Pence(amount),
        )
        return name

    def charge(self, name: str, head: Head, amount: int) -> None:
        self.add(
            "charges",
            transaction=name,
            ref=head[0],
            fund=head[1],
            kind=head[3],
            amount=Pence(amount),
            reason="by hand",
        )
        self.spent[head] += amount

    def spending(self, grant: Grant, where: Row) -> None:
        random = self.random
        lines = sorted(head for head in {*self.award, *self.carried, *self.moved} if head[1:] == grant)
        for head in lines:
            room = max(self.budget(head) - self.spent[head], 0)
            for _ in range(random.randint(0, 3)):
                amount = random.randint(0, room)
                if random.random() < 0.1:
                    amount += 1_000_00  # over its budget
                room = max(room - amount, 0)
                if not amount:
                    continue
                name = self.line(grant[1], random.randint(1, 13), amount)
                other = random.choice(lines)
                if other != head and amount > 2:
                    self.charge(name, head, amount - amount // 2)
                    self.charge(name, other, amount // 2)
                else:
                    self.charge(name, head, amount)
            if self.spent[head] > 500 and random.random() < 0.3:
                back = random.randint(1, 500)
                self.charge(self.line(grant[1], 12, -back), head, -back)
            if random.random() < 0.3:
                self.accrue(head, where)
        if random.random() < 0.3:
            self.add(
                "charges",
                transaction=self.line(grant[1], 5, 4_200),
                ref="excluded",
                amount=Pence(4_200),
                reason="private",
            )
        if random.random() < 0.2:
            self.line(grant[1], 6, 99)  # nobody has charged it yet

    def accrue(self, head: Head, where: Row) -> None:
        amount = self.random.randint(1, 900_00)
        following = (head[0], head[1], head[2] + 1, head[3])
        reverses = self.random.random() < 0.7 and head[2] + 1 in self.book.years
        self.add(
            "accruals",
            accrual=self.next("A"),
            ref=head[0],
            **where,
            amount=Pence(amount),
            supplier="S",
            description="received",
            reverses_in_year=year_name(head[2] + 1) if reverses else None,
            reverses_in_period=self.random.choice([1, 2]) if reverses else None,
        )
        self.spent[head] += amount
        if reverses:
            self.spent[following] -= amount

    def carry(self, grant: Grant, where: Row, figures: Figures) -> None:
        random = self.random
        following = (grant[0], grant[1] + 1, grant[2])
        is_last = grant[1] + 1 not in self.book.years
        for ref, (_, budget, spent) in list(figures.projects.items()):
            left = budget - spent
            if left <= 0 or random.random() < 0.4:
                continue
            asked = random.randint(1, left)
            agreed = random.randint(1, asked)
            state = random.choice(
                ["forecast", "anticipated", "requested", "agreed", "part agreed", "refused"]
            )
            if state in ("agreed", "part agreed"):
                state = "agreed" if agreed == asked else "part agreed"
            is_agreed = state in ("agreed", "part agreed")
            self.add(
                "carry forwards",
                fund=grant[0],
                ref=ref,
                from_year=where["year"],
                kind=grant[2],
                state=state,
                asked=Pence(asked),
                agreed=Pence(agreed) if is_agreed else (Pence(0) if state == "refused" else None),
                decided=date(grant[1] + 1, 6, 1) if is_agreed or state == "refused" else None,
                letter="CF" if is_agreed else "",
            )
            if is_agreed:
                figures.carried_forward += agreed
                self.carried[ref, *following] += agreed
            elif state == "requested":
                figures.asked += asked
            elif state == "anticipated":
                self.anticipate(following, asked)
        if is_last:
            return

    def anticipate(self, grant: Grant, amount: int) -> None:
        self.pending: dict[Grant, int] = getattr(self, "pending", defaultdict(int))
        self.pending[grant] += amount

    def money(self, fund: str, year: int) -> None:
        random = self.random
        grants = [grant for grant in self.book.figures if grant[:2] == (fund, year)]
        spent = sum(self.book.figures[grant].spent for grant in grants)
        has_project = any(self.book.figures[grant].projects for grant in grants)
        period = 1
        for _ in range(random.randint(0, 3)):
            if spent <= 0 or period > 10 or not has_project:
                break
            to = period + random.randint(0, 2)
            amount = random.randint(1, max(spent // 3, 1))
            state = random.choice(["submitted", "approved", "paid", "queried", "draft"])
            name = self.next("K")
            approved = amount - random.randint(0, min(amount, 300)) if state in ("approved", "paid") else None
            if state == "paid" and not approved:
                state = "approved"
            where = {"fund": fund, "year": year_name(year)}
            self.add(
                "claims",
                claim=name,
                **where,
                period_from=period,
                period_to=to,
                amount=Pence(amount),
                state=state,
                approved=None if approved is None else Pence(approved),
            )
            if state != "draft":
                self.book.claimed[fund, year] += amount
            if state == "paid" and approved:
                self.pay(fund, year, approved, name)
            period = to + 1
        if random.random() < 0.3:
            self.pay(fund, year, random.randint(1, 10_000_00), "")
        brought = sum(self.book.figures[grant].brought_forward for grant in grants)
        held = self.book.received[fund, year] + brought - spent
        if held > 0 and random.random() < 0.5:
            amount = random.randint(1, held)
            self.add(
                "repayments",
                fund=fund,
                year=year_name(year),
                dated=date(year + 1, 5, 1),
                amount=Pence(amount),
                invoice="INV",
            )
            self.book.repaid[fund, year] += amount

    def pay(self, fund: str, year: int, amount: int, claim: str) -> None:
        name = self.line(year, 9, -amount) if self.random.random() < 0.7 else ""
        if name:
            self.add("charges", transaction=name, ref="income", amount=Pence(-amount))
        self.add(
            "payments",
            payment=self.next("Y"),
            fund=fund,
            year=year_name(year),
            dated=self.day(year, 9),
            amount=Pence(amount),
            claim=claim,
            transaction=name,
        )
        self.book.received[fund, year] += amount


def right_book(seed: int) -> RightBook:
    """The right workbook of that number."""
    maker = _Maker(Random(seed))
    book = maker.make()
    for grant, amount in getattr(maker, "pending", {}).items():
        if grant in book.figures:
            book.figures[grant].anticipated = amount
    # Money that came into a year of which the workbook has nothing else still is that year's.
    return book
