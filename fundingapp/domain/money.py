"""Money in whole pence: the one home of every amount, of its sharing and of its percentages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import ClassVar, Self

#: Amounts beyond this many pence are refused: they are typing errors, and a sum of a million of them
#: still fits the database's 64-bit integers.
LARGEST_PENCE = 10**15

#: To the sign that a number has: the dashes that are typed and printed for a minus.
MINUS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-"})
#: Blanks that stand between thousands: plain, non-breaking, narrow, thin and as wide as a digit.
_BLANKS = "[ \u00a0\u202f\u2009\u2007]"
_DIGITS = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?|\.(\d+)")
_BLANK_GROUPS = re.compile(rf"[1-9]\d{{0,2}}({_BLANKS})\d{{3}}(?:\1\d{{3}})*(?:\.\d*)?")


class NotMoneyError(ValueError):
    """A text or number is not an amount in whole pence; ``reason`` says why in a few words."""

    def __init__(self, given: object, reason: str) -> None:
        super().__init__(f"{given!r} is not an amount: {reason}")
        self.given = given
        self.reason = reason


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of pounds sterling held as whole pence; positive is spending, negative income or credit.

    There is no ``*`` and no ``/``: that is where pennies get lost. Use :meth:`share`, :meth:`percent`, :meth:`each`
    and :meth:`times`.
    """

    pence: int

    ZERO: ClassVar[Money]

    def __post_init__(self) -> None:
        if type(self.pence) is not int:
            raise TypeError(f"pence must be a whole number, not {type(self.pence).__name__}")

    def __add__(self, other: Money) -> Money:
        return Money.of_pence(self.pence + other.pence)

    def __sub__(self, other: Money) -> Money:
        return Money.of_pence(self.pence - other.pence)

    def __neg__(self) -> Money:
        return Money.of_pence(-self.pence)

    def __abs__(self) -> Money:
        return Money(abs(self.pence))

    def __bool__(self) -> bool:
        return self.pence != 0

    @classmethod
    def of_pence(cls, pence: int) -> Money:
        """``Money(pence)`` in half the time, for very many amounts whose pence are known to be a whole number."""
        made = _NEW(cls)
        _SET_PENCE(made, pence)
        return made

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of *amounts*; nothing sums to £0.00."""
        return cls.of_pence(sum([amount.pence for amount in amounts]))

    @classmethod
    def of_pounds(cls, pounds: Decimal | int) -> Self:
        """Exactly *pounds*.

        Raises NotMoneyError when it is not a whole number of pence, not a number, or too large.
        """
        exact = Decimal(pounds)
        if not exact.is_finite():
            raise NotMoneyError(pounds, "it is not a number")
        if exact.copy_abs() > LARGEST_PENCE // 100:  # comparing rounds nothing, whatever the number of digits
            raise NotMoneyError(pounds, "it is too large")
        whole = exact.quantize(Decimal("0.01"))
        if whole != exact:
            raise NotMoneyError(pounds, "it is not a whole number of pence")
        return cls(int(whole.scaleb(2)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The amount that *text* states, as finance systems write it.

        Accepts £, thousands commas, one sort of blank between groups of three digits instead, blanks of any kind
        around, a leading or trailing minus in any of its Unicode
        forms, brackets for a negative, and the suffixes CR (credit, negative) and DR (debit).
        Raises NotMoneyError for anything else, more than two decimals included: an amount is never rounded.
        """
        rest = text.translate(MINUS).strip()
        if not rest:
            raise NotMoneyError(text, "it is empty")
        signs = 0
        upper = rest.upper()
        if upper.endswith("CR"):
            signs, rest = signs + 1, rest[:-2].strip()
        elif upper.endswith("DR"):
            rest = rest[:-2].strip()
        if rest.startswith("(") and rest.endswith(")"):
            signs, rest = signs + 1, rest[1:-1].strip()
        plus = rest.startswith("+")
        if rest.startswith(("-", "+")):
            signs, rest = signs + (not plus), rest[1:].strip()
        if rest.startswith("£"):
            rest = rest[1:].strip()
        if rest.startswith("-") and not plus:
            signs, rest = signs + 1, rest[1:].strip()
        if rest.endswith("-"):
            signs, rest = signs + 1, rest[:-1].strip()
        if _BLANK_GROUPS.fullmatch(rest) is not None:
            rest = "".join(rest.split())
        found = _DIGITS.fullmatch(rest)
        if found is None:
            raise NotMoneyError(text, "it is not written as one")
        decimals = found.group(1) or found.group(2) or ""
        if len(decimals.rstrip("0")) > 2:
            raise NotMoneyError(text, "it has more than two decimals")
        if signs > 1:
            raise NotMoneyError(text, "it has more than one minus sign")
        try:
            amount = cls.of_pounds(Decimal(rest.replace(",", "")))
        except NotMoneyError as error:
            raise NotMoneyError(text, error.reason) from None
        return cls(-amount.pence) if signs else amount

    def share(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """This amount in parts in proportion to *weights* (whole, not negative, not all nought).

        Largest remainder: the parts add up to the whole, no part is a penny or more from its exact value, and
        a penny left over goes to the largest remainder, then to the earliest part. Sharing the reverse of an
        amount reverses every part. Raises ValueError for unusable weights.
        """
        if not weights or any(weight < 0 for weight in weights):
            raise ValueError("weights must be whole numbers that are not negative")
        whole = sum(weights)
        if whole == 0:
            raise ValueError("weights must not all be nought")
        sign = -1 if self.pence < 0 else 1
        size = abs(self.pence)
        parts = [size * weight // whole for weight in weights]
        left_over = size - sum(parts)
        by_remainder = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % whole), at))
        for at in by_remainder[:left_over]:
            parts[at] += 1
        return tuple(Money(sign * part) for part in parts)

    def divide(self, percents: Sequence[Decimal]) -> tuple[Money, ...]:
        """This amount in parts by *percents* (none below nought, together 100): each part is rounded down to whole
        pence, and the pence left over go to the largest share, the first of equal ones (R7).

        Less than a hundred-thousandth of a penny counts as rounding of the percentages, so that percentages made of
        amounts by :func:`percents_of` give these amounts again. Dividing the reverse of an amount reverses every part.
        Raises ValueError for percentages that don't add up to 100.
        """
        if not percents or min(percents) < 0 or sum(percents) != 100:
            raise ValueError("percentages must not be below nought and must add up to 100")
        sign = -1 if self.pence < 0 else 1
        size = abs(self.pence)
        with localcontext(prec=60):
            exact = [(Decimal(size) * percent / 100).quantize(_GRAIN) for percent in percents]
        parts = [int(part) for part in exact]
        parts[max(range(len(percents)), key=lambda at: percents[at])] += size - sum(parts)
        return tuple(Money(sign * part) for part in parts)

    def percent(self, rate: Decimal) -> Money:
        """*rate* per cent of this amount, half a penny rounding away from nought."""
        exact = Decimal(self.pence) * rate / 100
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def part_at_most(self, rate: Decimal) -> Money:
        """*rate* per cent of this amount, a part of a penny left out downwards: never more than that part."""
        exact = Decimal(self.pence) * rate / 100
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_FLOOR)))

    def each(self, number: Decimal | int) -> Money | None:
        """What one of *number* comes to when they cost this amount together, half a penny rounding away from nought;
        None for nought, of which no one costs anything.

        A unit cost is for showing: times the number it gives this amount again only within half a penny each.
        """
        if not number:
            return None
        with localcontext(prec=60):
            exact = Decimal(self.pence) / Decimal(number)
            return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def times(self, number: Decimal | int) -> Money:
        """What *number* of this amount come to, half a penny rounding away from nought."""
        with localcontext(prec=60):
            exact = Decimal(self.pence) * Decimal(number)
            return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    @property
    def pounds(self) -> Decimal:
        """This amount in pounds, exactly, with two decimals."""
        return Decimal(self.pence).scaleb(-2)

    @property
    def whole_pounds(self) -> int:
        """The amount in whole pounds, halves rounded away from nought."""
        pounds, rest = divmod(abs(self.pence), 100)
        return (pounds + (rest >= 50)) * (-1 if self.pence < 0 else 1)

    def __str__(self) -> str:
        """As shown in a column: ``1,234.50``, minus as ``−``, no pound sign."""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{'−' if self.pence < 0 else ''}{pounds:,}.{pence:02}"

    @property
    def in_words(self) -> str:
        """As written in a sentence: ``£1,234.50`` or ``−£1,234.50``."""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{'−' if self.pence < 0 else ''}£{pounds:,}.{pence:02}"

    @property
    def in_thousands(self) -> str:
        """As a heading or a chart says it: ``£546k``, ``£62.3k``, half away from nought; under £1,000 whole pounds."""
        if abs(self.pence) < 100_000:
            size = Decimal(abs(self.pence)).scaleb(-2).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            words = "£1k" if size == 1000 else f"£{size}"
        else:
            tenths = Decimal(abs(self.pence)).scaleb(-5).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            words = f"£{tenths:,}k".replace(".0k", "k")
        return f"−{words}" if self.pence < 0 and words != "£0" else words


#: Percentages that amounts were turned into are kept to this, and what is divided by them is told to _GRAIN.
_FINE = Decimal("1e-18")
_GRAIN = Decimal("1e-5")


def percents_of(amounts: Sequence[Money]) -> tuple[Decimal, ...]:
    """What per cent of their sum each of *amounts* is, to 18 decimals; they add up to 100, and what rounding leaves
    over is the largest amount's. Dividing the sum by them gives the amounts again, to the penny.

    Raises ValueError when one is below nought or all are nought.
    """
    whole = sum(amount.pence for amount in amounts)
    if whole <= 0 or min(amount.pence for amount in amounts) < 0:
        raise ValueError("amounts must not be below nought, nor all be nought")
    with localcontext(prec=60):
        percents = [(Decimal(amount.pence) * 100 / whole).quantize(_FINE) for amount in amounts]
        largest = max(range(len(amounts)), key=lambda at: amounts[at].pence)
        percents[largest] += 100 - sum(percents)
    return tuple(percents)


_NEW = object.__new__
_SET_PENCE = Money.__dict__["pence"].__set__

Money.ZERO = Money(0)


def percentage(part: Money, whole: Money) -> Decimal | None:
    """*part* as a percentage of *whole* to one decimal, half away from nought; None when *whole* is nought."""
    if not whole:
        return None
    exact = Decimal(part.pence) * 100 / Decimal(whole.pence)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def percent_in_words(percent: Decimal) -> str:
    """“40%”, “33.33%”: to two decimals, half away from nought, without noughts at the end."""
    shown = percent.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{f'{shown:f}'.rstrip('0').rstrip('.')}%"
