"""The terms of an agreement, one by one: what each is called, what it means, and how it is shown and typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from fundingapp.domain.agreements import (
    USUAL_TERMS,
    CarryForwardStance,
    ClaimsDue,
    DayCount,
    Frequency,
    Terms,
)
from fundingapp.domain.bids import Section
from fundingapp.domain.funds import PaymentBasis
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.narratives import LIMIT_NAMES

#: What an empty term says.
SILENT = "the agreement says nothing"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class TermField:
    """A term: *name* in :class:`Terms`, its *title*, its *meaning* in plain words, and how a value is *shown* and read
    from what is typed. *choices* are the values of a term that is chosen; *may_be_silent*: the agreement may say
    nothing of it. *read* raises ValueError with a sentence."""

    name: str
    title: str
    meaning: str
    shown: Callable[[Any], str]
    read: Callable[[str], Any]
    hint: str = ""
    choices: tuple[Any, ...] = ()
    may_be_silent: bool = False
    #: Whether it is typed on several lines.
    has_lines: bool = False

    def of(self, terms: Terms) -> str:
        """The term in words."""
        value = getattr(terms, self.name)
        return SILENT if value is None else self.shown(value)

    def typed(self, terms: Terms) -> str:
        """The term as it stands in the field."""
        value = getattr(terms, self.name)
        return "" if value is None else _bare(value)

    def is_usual(self, terms: Terms) -> bool:
        """Whether it is what counts where no agreement says anything."""
        return bool(getattr(terms, self.name) == getattr(USUAL_TERMS, self.name))

    def put(self, terms: Terms, text: str) -> Terms:
        """*terms* with this one as typed. Raises ValueError with a sentence."""
        if not text.strip():
            if not self.may_be_silent:
                raise ValueError(f"Type {self.hint}.")
            return self.chosen(terms, None)
        return self.chosen(terms, self.read(text.strip()))

    def chosen(self, terms: Terms, value: Any) -> Terms:
        """*terms* with *value* for this one."""
        changed: dict[str, Any] = {self.name: value}
        return replace(terms, **changed)


@dataclass(frozen=True, slots=True)
class DayField(TermField):
    """The last day of the year to ask for a carry-forward, which is two values: month and day."""

    def of(self, terms: Terms) -> str:
        return f"{terms.ask_by_day} {_MONTHS[terms.ask_by_month - 1]}"

    def typed(self, terms: Terms) -> str:
        return self.of(terms)

    def is_usual(self, terms: Terms) -> bool:
        usual = USUAL_TERMS
        return (terms.ask_by_month, terms.ask_by_day) == (usual.ask_by_month, usual.ask_by_day)

    def put(self, terms: Terms, text: str) -> Terms:
        day, month = self.read(text)
        return replace(terms, ask_by_day=day, ask_by_month=month)


@dataclass(frozen=True, slots=True)
class SectionsField(TermField):
    """The most words of a bid's and a return's sections: a line for each that has a limit, none for no limits."""

    def of(self, terms: Terms) -> str:
        if not terms.section_words:
            return "no limits"
        return ", ".join(f"{section}: {words:,}" for section, words in terms.section_words)

    def typed(self, terms: Terms) -> str:
        return "\n".join(f"{section}: {words}" for section, words in terms.section_words)

    def put(self, terms: Terms, text: str) -> Terms:
        limits: dict[str, int] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            section, words = _read_section(line)
            if section in limits:
                raise ValueError(f"“{section}” stands twice. Leave one of the lines out.")
            limits[section] = words
        ordered = tuple((each, limits[each]) for each in _SECTIONS if each in limits)
        return replace(terms, section_words=ordered)


#: What the words can be limited of: a bid's sections, then a return's, which begin with “return”.
_SECTIONS = (*(each.value for each in Section), *LIMIT_NAMES)


def _read_section(line: str) -> tuple[str, int]:
    """“evidence of need: 400”; the beginning of a section's name is enough where no other begins so."""
    found = re.fullmatch(r"(.+?)[\s:]+(\d{1,3}(?:,\d{3})+|\d+)(?:\s+words)?", line)
    if not found or not (words := int(found[2].replace(",", ""))):
        raise ValueError(f"“{line}” is not a section with its words. Type it as: evidence of need: 400")
    wanted = " ".join(found[1].split()).casefold()
    fitting = [each for each in _SECTIONS if each == wanted] or [
        each for each in _SECTIONS if each.startswith(wanted)
    ]
    if len(fitting) != 1:
        names = "; ".join(fitting or _SECTIONS)
        raise ValueError(f"“{found[1]}” is not one of a bid's or a return's sections. They are: {names}.")
    return fitting[0], words


def _bare(value: object) -> str:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, tuple):
        return ", ".join(_bare(each) for each in value)
    return str(value)


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}%"


def _read_percent(text: str) -> Decimal:
    try:
        value = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise ValueError(f"“{text}” is not a percentage. Type it as 10 or 2.5.") from None
    if not value.is_finite():
        raise ValueError(f"“{text}” is not a percentage. Type it as 10 or 2.5.")
    return value


def _read_whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"“{text}” is not a whole number. Type it as 21.")
    return int(text)


def _read_money(text: str) -> Money:
    try:
        return Money.parse(text)
    except NotMoneyError as error:
        raise ValueError(f"“{text}” is not an amount: {error.reason}.") from None


def _read_day(text: str) -> tuple[int, int]:
    found = re.fullmatch(
        r"(\d{1,2})(?:st|nd|rd|th)?[\s/.-]+(\d{1,2}|[a-z]{3,9})", " ".join(text.split()).casefold()
    )
    if found:
        month = found[2]
        if month.isdigit():
            at = int(month)
        else:
            at = next((at for at, name in enumerate(_MONTHS, 1) if name.casefold().startswith(month)), 0)
        if 1 <= at <= 12:
            return int(found[1]), at
    raise ValueError(f"“{text}” is not a day of the year. Type it as 31 January.")


def _read_bands(text: str) -> tuple[Decimal, ...]:
    return tuple(_read_percent(part.strip()) for part in text.replace(";", ",").split(","))


def _amount(value: Money) -> str:
    return f"up to {value.in_words}"


def _days(value: int) -> str:
    return f"{value:,} {'day' if value == 1 else 'days'}"


TERMS: tuple[TermField, ...] = (
    TermField(
        "payment_basis",
        "Paid",
        "Whether the grant is paid after evidence of what was spent, or before it.",
        lambda value: f"in {value.value}",
        PaymentBasis,
        choices=tuple(PaymentBasis),
    ),
    TermField(
        "payment_days",
        "Payment follows within",
        "Days from a claim that is in order to the payment.",
        _days,
        _read_whole,
        "the days, such as 21",
    ),
    TermField(
        "payment_counted",
        "Payment is counted in",
        "Whether these are all days, or working days without weekends and bank holidays.",
        lambda value: value.value,
        DayCount,
        choices=tuple(DayCount),
    ),
    TermField(
        "claim_frequency",
        "Claims are made",
        "How often claims and reports are due; the calendar of deadlines is made from it.",
        lambda value: value.value,
        Frequency,
        choices=tuple(Frequency),
    ),
    TermField(
        "claim_days",
        "Claims are due after",
        "Days from the end of a claim's last month to the day when the claim has to be in.",
        _days,
        _read_whole,
        "the days, such as 30",
    ),
    TermField(
        "claims_due",
        "Claims are due",
        "So many days after a claim's last month, or always at the end of the month that follows it.",
        lambda value: value.value,
        ClaimsDue,
        choices=tuple(ClaimsDue),
    ),
    TermField(
        "tolerance_percent",
        "Variance needs its reason beyond",
        "How far a project's forecast may be from its budget before the return has to say why.",
        _percent,
        _read_percent,
        "the percentage of the budget, such as 10",
    ),
    TermField(
        "own_limit",
        "Virement on own authority",
        "Up to this amount the partnership moves budget between projects by itself.",
        _amount,
        _read_money,
        "the amount, such as 5,000",
        may_be_silent=True,
    ),
    TermField(
        "board_limit",
        "Virement with the board's minute",
        "Up to this amount the partnership's board allows a move; beyond it the commissioner's letter is needed.",
        _amount,
        _read_money,
        "the amount, such as 20,000",
        may_be_silent=True,
    ),
    TermField(
        "retention_percent",
        "Withheld from each payment",
        "The part of an approved claim that the funder keeps until the end (retention).",
        _percent,
        _read_percent,
        "the percentage of the claim, such as 5",
    ),
    TermField(
        "carry_forward",
        "Unspent money next year",
        "Whether what is unspent at 31 March may be used in the year after.",
        lambda value: value.value,
        CarryForwardStance,
        choices=tuple(CarryForwardStance),
    ),
    DayField(
        "ask_by_month",
        "Carry-forward is asked for by",
        "The last day of the financial year to ask; early warnings count to it.",
        str,
        _read_day,
        "the day, such as 31 January",
    ),
    TermField(
        "acceptance_days",
        "An offer lapses after",
        "Days from an offer letter to the day by which it has to be accepted.",
        _days,
        _read_whole,
        "the days, such as 28",
    ),
    TermField(
        "intervention_percent",
        "Funder pays at most",
        "The part of a project's cost that the funder pays (intervention rate); the rest is match funding.",
        _percent,
        _read_percent,
        "the percentage of the cost, such as 50",
        may_be_silent=True,
    ),
    TermField(
        "over_programming_percent",
        "Awards beyond the allocation",
        "By how much more than the allocation may be awarded, with the commissioner's consent (over-programming).",
        _percent,
        _read_percent,
        "the percentage of the allocation, such as 10",
        may_be_silent=True,
    ),
    TermField(
        "certificate_above",
        "Accountant's certificate above",
        "A final claim above this amount needs an accountant's certificate.",
        lambda value: value.in_words,
        _read_money,
        "the amount, such as 50,000",
        may_be_silent=True,
    ),
    TermField(
        "records_years",
        "Records are kept for",
        "Years after the end of the funding for which papers have to be kept.",
        lambda value: f"{value:,} {'year' if value == 1 else 'years'}",
        _read_whole,
        "the years, such as 6",
    ),
    TermField(
        "rag_percents",
        "Bands of the spend rating",
        "Up to which distance from the profile a project's spend is Green, Amber/Green, Amber and Amber/Red; beyond "
        "the last it is Red.",
        lambda value: ", ".join(map(_percent, value)),
        _read_bands,
        "four percentages, such as 5, 15, 30, 50",
    ),
    SectionsField(
        "section_words",
        "Words in sections of bids and returns",
        "How many words the funder's form allows in each section; a bid with more is not submitted, and a return with "
        "more is told of before it is sent. Those of a return begin with “return”, such as “return progress: 500”.",
        str,
        str,
        "evidence of need: 400",
        may_be_silent=True,
        has_lines=True,
    ),
)
