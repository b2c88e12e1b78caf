"""What a funder's agreement lays down: its years, and everything in which funders differ, as data with defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import AgreementId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


class Frequency(Enum):
    """How often claims and reports are due."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        return {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}[self.value]


class ClaimsDue(Enum):
    """How the last day for a claim is told: paper 2.4 has both."""

    AFTER_DAYS = "so many days after the period"
    MONTH_END = "on the last day of the month after the period"


class DayCount(Enum):
    """Which days a time for payment counts; working days are those of England and Wales."""

    WORKING_DAYS = "working days"
    ALL_DAYS = "days"


class CarryForwardStance(Enum):
    """Whether unspent money may be used next year (exchange workbook, sheet “funds”)."""

    NO = "no"
    WITH_AGREEMENT = "with agreement"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything in which funders differ (domain paper 2.4). None means that the agreement says nothing of it.

    Percentages are of a hundred. Up to *own_limit* the partnership moves budget on its own authority, up to
    *board_limit* with its board's, beyond with the commissioner's letter; both None: no limit is stated.
    *rag_percents* are the upper bounds of Green, Amber/Green, Amber and Amber/Red (rule 28); beyond is Red.
    *section_words* is the most words that a bid may have in a section, by the section's name.
    A claim is due *claim_days* after its period, or on the last day of the month after it, as *claims_due* says; it is
    paid *payment_days* later, which *payment_counted* counts.
    *ask_by_month* and *ask_by_day* are the last day of the financial year to ask for a carry-forward.
    """

    payment_basis: PaymentBasis = PaymentBasis.ARREARS
    payment_days: int = 21
    claim_frequency: Frequency = Frequency.QUARTERLY
    claim_days: int = 30
    tolerance_percent: Decimal = Decimal(10)
    own_limit: Money | None = None
    board_limit: Money | None = None
    retention_percent: Decimal = Decimal(0)
    carry_forward: CarryForwardStance = CarryForwardStance.WITH_AGREEMENT
    ask_by_month: int = 1
    ask_by_day: int = 31
    acceptance_days: int = 28
    intervention_percent: Decimal | None = None
    over_programming_percent: Decimal | None = None
    certificate_above: Money | None = None
    records_years: int = 6
    rag_percents: tuple[Decimal, ...] = (Decimal(5), Decimal(15), Decimal(30), Decimal(50))
    section_words: tuple[tuple[str, int], ...] = ()
    claims_due: ClaimsDue = ClaimsDue.AFTER_DAYS
    payment_counted: DayCount = DayCount.WORKING_DAYS


#: What counts where no agreement says anything.
USUAL_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with a fund's funder for the years *from_year* to *to_year*, both inclusive."""

    fund: FundId
    title: str
    from_year: FinancialYear
    to_year: FinancialYear
    reference: str = ""
    signed_on: date | None = None
    terms: Terms = USUAL_TERMS

    @property
    def records_until(self) -> date:
        """The last day on which its records must still be there: some years after the funding ends (rule 14)."""
        return FinancialYear(self.to_year.start + self.terms.records_years).last_day

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """Every year that it covers, oldest first."""
        return tuple(FinancialYear(start) for start in range(self.from_year.start, self.to_year.start + 1))

    def covers(self, year: FinancialYear) -> bool:
        return self.from_year <= year <= self.to_year

    @property
    def span(self) -> str:
        """2017/18 to 2019/20, or 2018/19 alone."""
        if self.from_year == self.to_year:
            return str(self.from_year)
        return f"{self.from_year} to {self.to_year}"


def terms_in_force(agreements: Iterable[Agreement], fund: FundId, year: FinancialYear) -> Terms:
    """What is laid down for *fund* in *year*: by the agreement that covers it, of several the one that began last;
    the usual terms where there is none."""
    covering = [each for each in agreements if each.fund == fund and each.covers(year)]
    return max(covering, key=lambda each: each.from_year).terms if covering else USUAL_TERMS


@dataclass(frozen=True, slots=True)
class AgreementSum:
    """A sum that an agreement states for a kind of money: for one of its years, or (None) for all of them together.

    R8: the years of a kind add up to its whole.
    """

    agreement: AgreementId
    kind: Kind
    amount: Money
    year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The commissioner's consent to award more than is available, by *amount* at most (R2, over-programming)."""

    fund: FundId
    year: FinancialYear
    kind: Kind
    amount: Money
    reference: str
    dated: date
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """How an agreement's whole sum of one kind is split over its years; no years: the split is not agreed yet."""

    kind: Kind
    total: Money
    years: tuple[tuple[FinancialYear, Money], ...] = ()

    def of(self, year: FinancialYear) -> Money:
        """What the split gives *year*."""
        return dict(self.years).get(year, Money.ZERO)

    @property
    def not_split(self) -> Money:
        """The whole while no year has a sum of its own; nought once the years are stated."""
        return Money.ZERO if self.years else self.total


def splits_of(sums: Iterable[AgreementSum]) -> tuple[Split, ...]:
    """The sums of one agreement, kind by kind in the order of :class:`Kind`.

    A kind whose whole is not stated has the sum of its years for it.
    """
    given = list(sums)
    found = []
    for kind in Kind:
        years = sorted(
            ((each.year, each.amount) for each in given if each.kind is kind and each.year is not None),
            key=lambda entry: entry[0],
        )
        wholes = [each.amount for each in given if each.kind is kind and each.year is None]
        if wholes or years:
            whole = wholes[0] if wholes else Money.total(amount for _, amount in years)
            found.append(Split(kind, whole, tuple(years)))
    return tuple(found)


def share_evenly(total: Money, years: Sequence[FinancialYear]) -> tuple[tuple[FinancialYear, Money], ...]:
    """*total* over *years* in whole pence: a penny left over goes to the earliest year."""
    return tuple(zip(years, total.share([1] * len(years)), strict=True))


def check_agreement(agreement: Agreement, others: Iterable[Agreement]) -> None:
    """Refuses an agreement without a title, with its years turned round, or for a year that another one of the fund
    in *others* covers already."""
    if not agreement.title.strip():
        raise ExpectedError("no_name", "An agreement needs a title.", "Type what its heading says.")
    if agreement.to_year < agreement.from_year:
        raise ExpectedError(
            "agreement_years",
            f"The agreement would end in {agreement.to_year}, before it begins in {agreement.from_year}.",
            "Give the last year that it covers.",
        )
    for other in others:
        both = [year for year in agreement.years if other.fund == agreement.fund and other.covers(year)]
        if both:
            raise ExpectedError(
                "agreement_overlaps",
                f"“{other.title}” covers {' and '.join(map(str, both))} of this fund already: its years are "
                f"{other.span}.",
                "Change the years, or change that agreement: a year has one agreement's terms.",
            )


def check_sums(agreement: Agreement, kinds: Sequence[Kind], splits: Iterable[Split]) -> None:
    """Refuses sums that *agreement* can't state: of a kind that its fund has not (*kinds*), below nought, for a year
    outside, or years that do not make up the whole (R8)."""
    for split in splits:
        if split.kind not in kinds:
            raise ExpectedError(
                "other_kind",
                f"The fund has no {split.kind.value} money: it has {_listed(kind.value for kind in kinds)}.",
                "Choose one of these, or change what kinds of money the fund has.",
            )
        below = [
            amount for amount in (split.total, *(amount for _, amount in split.years)) if amount.pence < 0
        ]
        if below:
            raise ExpectedError(
                "no_amount",
                f"{below[0].in_words} of {split.kind.value}: an agreement never states a sum below nought.",
                "Type the sum that it states.",
            )
        outside = [year for year, _ in split.years if not agreement.covers(year)]
        if outside:
            raise ExpectedError(
                "agreement_year_outside",
                f"{outside[0]} is not a year of “{agreement.title}”, which covers {agreement.span}.",
                "Give sums for its own years only.",
            )
        if split.years:
            refuse_unequal_years(split)


def refuse_unequal_years(split: Split) -> None:
    """Refuses years that do not add up to the whole, naming the pence (R8)."""
    together = Money.total(amount for _, amount in split.years)
    gap = split.total - together
    if gap:
        apart = f"{gap.in_words} is missing" if gap.pence > 0 else f"{(-gap).in_words} too much"
        raise ExpectedError(
            "split_does_not_foot",
            f"The years of {split.kind.value} add up to {together.in_words}, the agreement's whole is "
            f"{split.total.in_words}: {apart}.",
            "Make the years add up to the whole; money moves between years by a reprofile.",
        )


def reprofiled(split: Split, source: FinancialYear, target: FinancialYear, amount: Money) -> Split:
    """*split* with *amount* moved from one of its years to another; the whole stays (R8).

    Raises ExpectedError when the years have no such sum to give.
    """
    years = dict(split.years)
    if amount <= Money.ZERO:
        raise ExpectedError("no_amount", "A reprofile moves an amount above nought.", "Type the amount.")
    if source == target:
        raise ExpectedError("same_year", "A reprofile needs two different years.", "Choose another year.")
    for year in (source, target):
        if year not in years:
            raise ExpectedError(
                "agreement_year_outside",
                f"The agreement states no sum of {split.kind.value} for {year}.",
                f"It states sums for {_listed(map(str, years))}."
                if years
                else "Split the whole by years first.",
            )
    if amount > years[source]:
        raise ExpectedError(
            "reprofile_too_much",
            f"{amount.in_words} can't leave {source}: the agreement gives it {years[source].in_words} of "
            f"{split.kind.value}.",
            "Move that much at most.",
        )
    years[source] -= amount
    years[target] += amount
    return Split(split.kind, split.total, tuple(years.items()))


def check_edit(before: Iterable[Split], after: Iterable[Split]) -> None:
    """Refuses new sums that move money between years while the whole stays: that is a reprofile, never an edit (R8)."""
    held = {split.kind: split for split in before}
    for split in after:
        old = held.get(split.kind)
        if old is None or not old.years or not split.years or old.total != split.total:
            continue
        moved = [(year, old.of(year), amount) for year, amount in split.years if old.of(year) != amount]
        if moved:
            year, was, becomes = moved[0]
            raise ExpectedError(
                "reprofile_needed",
                f"{split.kind.value.capitalize()} of {year} is {was.in_words}; it can't become {becomes.in_words} "
                f"while the whole stays {split.total.in_words} (R8).",
                "Move money between years with Reprofile, which keeps the letter's reference.",
            )


def check_terms(terms: Terms) -> None:
    """Refuses terms that can't be meant: percentages outside 0 to 100, days below nought, limits or bands that do not
    rise, a day that its month has not."""
    percents = (
        ("tolerance", terms.tolerance_percent),
        ("retention", terms.retention_percent),
        ("intervention rate", terms.intervention_percent),
        ("over-programming", terms.over_programming_percent),
    )
    for name, percent in percents:
        if percent is not None and not 0 <= percent <= 100:
            raise _no_term(f"The {name} of {percent.normalize():f}% is not between 0 and 100.")
    numbers = (
        ("days to payment", terms.payment_days),
        ("days to claim", terms.claim_days),
        ("days to accept", terms.acceptance_days),
        ("years to keep records", terms.records_years),
    )
    for name, number in numbers:
        if number < 0:
            raise _no_term(f"The {name} can't be {number}.")
    limits = (terms.own_limit, terms.board_limit, terms.certificate_above)
    for limit in limits:
        if limit is not None and limit.pence < 0:
            raise _no_term(f"A limit of {limit.in_words} is below nought.")
    if terms.own_limit is not None and terms.board_limit is not None and terms.own_limit > terms.board_limit:
        raise _no_term(
            f"Own authority up to {terms.own_limit.in_words} goes beyond the board's {terms.board_limit.in_words}."
        )
    try:
        date(
            2023, terms.ask_by_month, terms.ask_by_day
        )  # of a year without 29 February, so that it is in every one
    except ValueError:
        raise _no_term(
            f"There is no day {terms.ask_by_day} in month {terms.ask_by_month} of every year."
        ) from None
    bands = terms.rag_percents
    if len(bands) != 4 or list(bands) != sorted(set(bands)) or bands[0] < 0:
        raise _no_term("The four bands of the spend rating must rise from one to the next.")


def _no_term(text: str) -> ExpectedError:
    return ExpectedError(
        "term_impossible", text, "Type what the agreement says; leave it empty where it says nothing."
    )


@dataclass(frozen=True, slots=True)
class AgreedSums:
    """What an agreement states for all its years: what R8 is about. *figure* is what its figures are named by."""

    title: str
    splits: tuple[Split, ...]
    figure: str = ""

    @property
    def total(self) -> Money:
        return Money.total(split.total for split in self.splits)

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        return tuple(sorted({year for split in self.splits for year, _ in split.years}))

    def of_year(self, year: FinancialYear) -> Money:
        """What it states for *year*, all kinds together."""
        return Money.total(split.of(year) for split in self.splits)

    @property
    def not_split(self) -> Money:
        return Money.total(split.not_split for split in self.splits)


def agreement_identities(agreed: AgreedSums | None) -> tuple[Identity, ...]:
    """R8: the years of an agreement add up to its whole, in each kind; nothing is stated where no agreement covers
    the year, or it states no sums."""
    if agreed is None or not agreed.splits:
        return ()
    unequal = sum(
        split.total != split.not_split + Money.total(amount for _, amount in split.years)
        for split in agreed.splits
    )
    parts = [Part(str(year), agreed.of_year(year), f"{agreed.figure}agreed/{year}") for year in agreed.years]
    if agreed.not_split:
        parts.append(Part("Not yet split by year", agreed.not_split))
    return (
        Identity(
            "R8",
            "Agreement = the sums of its years",
            f"“{agreed.title}”, " + _listed((split.kind.value for split in agreed.splits), "and"),
            "Agreement's whole",
            agreed.total,
            tuple(parts),
            f"{agreed.figure}agreed",
            "Put the agreement's sums right on Grants; money moves between years by a reprofile.",
            broken=unequal,
        ),
    )


def _listed(words: Iterable[str], joint: str = "or") -> str:
    *first, last = list(words) or ["none"]
    return f"{', '.join(first)} {joint} {last}" if first else last
