"""A council's grant ledger with the right answer to every line, to measure suggestions against.

It knows nothing of how suggestions are made: it plays the council, its suppliers and its finance officer. Two years,
sixty projects; suppliers with typing errors, abbreviations and trading names, and others that only look like them; some
serve several projects, some move to another project in the middle of a year; payroll and recharges without a supplier;
journals with reversals, credit notes, invoices paid twice; cost centres that stand for another project next year; and
lines that went somewhere for no reason that the ledger shows.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

FIRST_YEAR = FinancialYear(2023)
PROJECTS = 60
EXCLUDED = -1
INCOME = -2

_MONTHS = ["APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "JAN", "FEB", "MAR"]
_WHO = [
    "Falcon",
    "Oak",
    "Harbour",
    "Beacon",
    "Compass",
    "Willow",
    "Phoenix",
    "Keystone",
    "Rowan",
    "Juniper",
    "Ashby",
    "Quorn",
    "Soar",
    "Wreake",
    "Bradgate",
    "Swithland",
    "Outwoods",
    "Carillon",
    "Bellfoundry",
    "Garendon",
    "Shelthorpe",
    "Thorpe",
    "Belvoir",
    "Foxton",
    "Gaddesby",
    "Rothley",
    "Sileby",
    "Barrow",
    "Mountsorrel",
    "Hathern",
    "Kegworth",
    "Cossington",
    "Rearsby",
    "Syston",
    "Birstall",
    "Anstey",
    "Newtown",
    "Groby",
    "Ratby",
    "Markfield",
    "Thurmaston",
    "Wymeswold",
]
_WHAT = [
    "Support Services",
    "Youth Trust",
    "Security Systems",
    "Training",
    "Consultancy",
    "Housing Association",
    "Community Centre",
    "Mediation",
    "Counselling",
    "CCTV Installations",
    "Outreach",
    "Sports Club",
    "Print and Design",
    "Locksmiths",
    "Lighting",
    "Recovery Services",
    "Academy",
    "Theatre Company",
    "Translation Services",
    "Advice Centre",
    "Electrical",
    "Fencing",
    "Vehicle Hire",
    "Media",
]
_PEOPLE = [
    "A Patel",
    "J Smith",
    "K Smith",
    "M Jones",
    "S Begum",
    "R Taylor",
    "L Green",
    "D Okafor",
    "P Novak",
    "T Hughes",
    "C Reid",
    "N Shah",
    "B Cole",
]
_WORK = [
    "outreach sessions",
    "detached youth work",
    "target hardening",
    "IDVA support",
    "mentoring programme",
    "CCTV maintenance",
    "night marshals",
    "door staff",
    "diversion activities",
    "hate crime training",
    "victim support",
    "street lighting upgrade",
    "knife crime workshops",
    "community events",
    "drug testing kits",
    "signage",
    "room hire",
    "printing leaflets",
    "radio link",
]
_AREAS = [
    "Loughborough",
    "Syston",
    "Shepshed",
    "Anstey",
    "Birstall",
    "Thurmaston",
    "Quorn",
    "Sileby",
    "Barrow",
    "Mountsorrel",
    "Rothley",
    "Hathern",
]


class Labelled(NamedTuple):
    """A line and the project that it belongs to (a number), EXCLUDED or INCOME."""

    line: LedgerLine
    answer: int


class Awarded(NamedTuple):
    """A project in one year: its number, name, and the cost centre that stands for it that year."""

    number: int
    ref: str
    name: str
    years: tuple[int, ...]


@dataclass
class _Supplier:
    """Who sends invoices, how the ledger writes the name, and which project each invoice is for."""

    names: list[str]
    projects: list[int]
    told_by: str  # "area": the words tell the project; "account": the account does; "nothing": nobody knows
    account: str
    work: str
    regular: int  # pence of each month's invoice; 0 for amounts that differ
    often: int
    moves_in: int = 0  # the month (from 1 on) in which it moves to the project at the other end of its list
    areas: list[str] = field(default_factory=list)


class LabelledLedger:
    """The ledger: *projects* and, month after month, *lines* with their answers."""

    def __init__(self, seed: int, size: int = 10_000) -> None:
        self._random = Random(seed)
        self._number = 40_000
        self._names: set[str] = set()
        self.projects = self._make_projects()
        self._suppliers = [supplier for _ in range(size // 45) for supplier in self._make_suppliers()]
        self._staff = self._make_staff(size)
        self.months: list[list[Labelled]] = []
        self._later: dict[int, list[Labelled]] = {}
        per_month = size // 24
        for month in range(24):
            self.months.append(self._make_month(month, per_month))

    @property
    def lines(self) -> list[Labelled]:
        return [entry for month in self.months for entry in month]

    def _make_projects(self) -> list[Awarded]:
        random, made = self._random, []
        for number in range(PROJECTS):
            years = random.choices([(0, 1), (0,), (1,)], (70, 15, 15))[0]
            name = f"{random.choice(_WHO)} {random.choice(_WORK).title()} {number}"
            made.append(Awarded(number, f"SV-{number + 1:02}", name, years))
        return made

    def cost_centre(self, project: int, year: int) -> str:
        """Three projects share a cost centre, and next year it stands for three others."""
        return f"{70_100 + ((project + 7 * year) % PROJECTS) // 3}"

    def _in_year(self, year: int) -> list[int]:
        return [project.number for project in self.projects if year in project.years]

    def _make_suppliers(self) -> list[_Supplier]:
        """A supplier, and now and then a second one with a name that looks much like it."""
        random = self._random
        person = random.random() < 0.15
        name = random.choice(_PEOPLE) + " " + random.choice(_WHAT) if person else ""
        while not name or name in self._names:
            name = f"{random.choice(_WHO)} {random.choice(_WHAT)}"
        self._names.add(name)
        made = [self._supplier(name)]
        if random.random() < 0.08:
            first, _, rest = name.partition(" ")
            other = random.choice(
                (f"{first[:-1]}{random.choice('aeinst')} {rest}", f"{name} North", f"New {name}")
            )
            made.append(self._supplier(other))
        return made

    def _supplier(self, name: str) -> _Supplier:
        random = self._random
        kind = random.choices(("one", "several", "moves", "excluded"), (60, 20, 8, 12))[0]
        both = [project.number for project in self.projects if len(project.years) == 2]
        every = [project.number for project in self.projects]
        projects = {
            "one": lambda: [random.choice(both if random.random() < 0.7 else every)],
            "several": lambda: random.sample(both, random.randint(2, 4)),
            "moves": lambda: random.sample(both, 2),
            "excluded": lambda: [EXCLUDED],
        }[kind]()
        return _Supplier(
            [name, *(self._written(name) for _ in range(random.choice((0, 1, 1, 2, 3))))],
            projects,
            random.choice(("area", "area", "account", "nothing")),
            str(random.choice((3201, 3210, 3225, 3301, 3410, 3550, 4010, 4100))),
            random.choice(_WORK),
            random.choice((0, 0, 0, 250_000, 125_000, 83_333, 45_000)),
            random.choice((1, 1, 2, 3, 6)),
            random.randint(3, 20) if kind == "moves" else 0,
            random.sample(_AREAS, 4),
        )

    def _written(self, name: str) -> str:
        """The same name as somebody else typed it."""
        random = self._random
        match random.randrange(8):
            case 0:
                return f"{name.upper()} LTD"
            case 1:
                return f"{name} Limited"
            case 2:
                at = random.randrange(1, len(name) - 1)
                return name[:at] + random.choice(string.ascii_lowercase) + name[at + 1 :]
            case 3:
                at = random.randrange(1, len(name) - 1)
                return name[:at] + name[at + 1 :]
            case 4:
                return f"{random.choice(_PEOPLE)} T/A {name}"
            case 5:
                return (
                    name.replace("Services", "Svcs")
                    .replace("Association", "Assoc")
                    .replace("Centre", "Ctr")
                    .upper()
                )
            case 6:
                return name[: max(14, len(name) - random.randint(2, 6))]
            case _:
                return f"{name} {random.randint(100_000, 999_999)}"

    def _make_staff(self, size: int) -> list[tuple[str, list[int], int, int]]:
        """People on the payroll: name, their project (and the next one), the month of the move, monthly pay."""
        random = self._random
        both = [project.number for project in self.projects if len(project.years) == 2]
        return [
            (
                f"{random.choice(string.ascii_uppercase)} {random.choice(_WHO).upper()}",
                random.sample(both, 2),
                random.choice((99, 99, 99, random.randint(4, 22))),
                random.randint(180_000, 420_000),
            )
            for _ in range(size // 250)
        ]

    def _make_month(self, month: int, number: int) -> list[Labelled]:
        random = self._random
        made = self._later.pop(month, [])
        for name, projects, moves_in, pay in self._staff:
            project = projects[month >= moves_in]
            text = f"SALARY {name} {_MONTHS[month % 12]}"
            made.append(
                self._entry(month, project, "", text, pay + random.randint(-500, 500), "Payroll", "1010")
            )
        due = [supplier for supplier in self._suppliers if month % supplier.often == 0]
        while len(made) < number:
            draw = random.random()
            if draw < 0.80:
                made += self._invoice(month, random.choice(due))
            elif draw < 0.88:
                made.append(self._recharge(month))
            elif draw < 0.94:
                made += self._mistake(month)
            else:
                made.append(self._one_off(month))
        made = made[:number]
        random.shuffle(made)
        return [
            Labelled(entry.line._replace(row=row, sheet=f"P{month % 12 + 1}"), entry.answer)
            for row, entry in enumerate(made, start=2)
        ]

    def _invoice(self, month: int, supplier: _Supplier) -> list[Labelled]:
        random = self._random
        projects = [
            entry for entry in supplier.projects if entry < 0 or month // 12 in self.projects[entry].years
        ]
        if not projects:
            return []
        at = random.randrange(len(projects))
        if supplier.moves_in:
            at = 0 if month < supplier.moves_in else len(projects) - 1
        project = projects[at]
        account, text = supplier.account, supplier.work
        if len(projects) > 1 and not supplier.moves_in:
            if supplier.told_by == "area":
                text = f"{supplier.work} {supplier.areas[supplier.projects.index(project)]}"
            elif supplier.told_by == "account":
                account = str(int(account) + supplier.projects.index(project))
        if random.random() < 0.005:  # somebody bought something for another project
            project = random.choice(self._in_year(month // 12))
        pence = supplier.regular or random.randint(2_000, 900_000)
        invoice = f"INV {random.randint(1_000, 99_999)}"
        text = random.choice(
            (f"{invoice} {text}", f"{text} {_MONTHS[month % 12]}", f"{text}", f"{text} {invoice}")
        )
        if random.random() < 0.05:
            text = f"{text} {self._ref(project, month)}"
        written = random.choice(supplier.names) if random.random() < 0.4 else supplier.names[0]
        made = [self._entry(month, project, written, text, pence, "Purchase Invoice", account)]
        draw = random.random()
        if draw < 0.02 and invoice in text and month < 23:  # a credit note for the whole of it
            back = self._entry(
                month + 1, project, written, f"Credit note {invoice}", -pence, "Credit Note", account
            )
            self._later.setdefault(month + 1, []).append(back)
        elif draw < 0.027 and invoice in text and month < 23:  # the same invoice once more
            again = self._entry(month + 1, EXCLUDED, written, text, pence, "Purchase Invoice", account)
            self._later.setdefault(month + 1, []).append(again)
        return made

    def _ref(self, project: int, month: int) -> str:
        """What a description says of the project; one time in thirty it names another."""
        random = self._random
        if project < 0 or random.random() < 0.033:
            project = random.choice(self._in_year(month // 12))
        return random.choice((self.projects[project].ref, self.projects[project].ref.lower()))

    def _recharge(self, month: int) -> Labelled:
        random = self._random
        project = random.choice(self._in_year(month // 12))
        what = random.choice(("vehicles", "room hire", "ICT", "legal", "postage", "printing"))
        said = self._ref(project, month) if random.random() < 0.7 else f"Q{month % 12 // 3 + 1}"
        return self._entry(
            month, project, "", f"Recharge {what} {said}", random.randint(500, 90_000), "Journal", "6010"
        )

    def _mistake(self, month: int) -> Sequence[Labelled]:
        """A journal that was posted here by mistake and is reversed, mostly in the next month."""
        random = self._random
        pence = random.randint(1_000, 700_000)
        centre = random.choice(self._in_year(month // 12))
        text = f"JNL {random.choice(_WORK)} {random.choice(('miscode', 'correction', 'year to date'))}"
        wrong = self._entry(month, EXCLUDED, "", text, pence, "Journal", "6900", centre)
        said = random.choice((f"Reversal of {wrong.line.transaction}", f"REV JNL {wrong.line.transaction}"))
        later = min(month + random.choice((0, 1, 1)), 23)
        back = self._entry(later, EXCLUDED, "", said, -pence, "Journal", "6900", centre)
        if random.random() < 0.03:
            return [wrong]  # nobody reversed it
        if later == month:
            return [wrong, back]
        self._later.setdefault(later, []).append(back)
        return [wrong]

    def _one_off(self, month: int) -> Labelled:
        """A supplier that comes once."""
        random = self._random
        name = f"{random.choice(_WHO)} {random.choice(_WHO)} {random.choice(_WHAT)}"
        answer = random.choice((EXCLUDED, *self._in_year(month // 12)))
        if random.random() < 0.03:
            return self._entry(
                month, INCOME, "OPCC", "Grant instalment", -random.randint(10**6, 10**7), "Receipt", "9010"
            )
        return self._entry(
            month,
            answer,
            name,
            random.choice(_WORK),
            random.randint(900, 300_000),
            "Purchase Invoice",
            "3999",
        )

    def _entry(
        self,
        month: int,
        answer: int,
        supplier: str,
        text: str,
        pence: int,
        kind: str,
        account: str,
        centre: int = -1,
    ) -> Labelled:
        random = self._random
        self._number += 1
        year = FinancialYear(FIRST_YEAR.start + month // 12)
        first = date(year.start + (month % 12 >= 9), (month % 12 + 3) % 12 + 1, 1)
        near = answer if answer >= 0 else centre if centre >= 0 else random.choice(self._in_year(month // 12))
        line = LedgerLine(
            str(self._number),
            str(self._number),
            year,
            month % 12 + 1,
            first + timedelta(days=random.randrange(28)),
            self.cost_centre(near, month // 12),
            account,
            supplier,
            text,
            kind,
            Money(pence),
            "",
            0,
        )
        return Labelled(line, answer)
