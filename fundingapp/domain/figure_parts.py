"""A figure of a return made again out of what was kept when it was written: which of the kept figures it adds up, and
which it takes off (R14, R18)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from fundingapp.domain.money import Money
from fundingapp.domain.return_proofs import Basis, BasisItem

_FIGURE = re.compile(
    r"(?P<scope>.+)/(?P<year>\d{4}/\d{2,4})/(?P<measure>[^:@]+)(?::(?P<kind>[^:@]+))?(?::(?P<fund>.+?))?(?:@(?P<to>\d{1,2}))?"
)
_SPEND = re.compile(r"spend/P(\d{1,2})")
_ONE_PART = re.compile(r"(?:spend|stated)/(?P<what>[QP])(?P<number>\d{1,2})", re.IGNORECASE)

#: What a measure is made of: how often each kept measure counts in it. “spend” stands for that of all periods.
_MEASURES: dict[str, dict[str, int]] = {
    "spend": {"spend": 1},
    "budget": {"budget": 1},
    "awarded": {"budget": 1},
    "remaining": {"remaining": 1},
    "outturn": {"spend": 1, "remaining": 1},
    "left": {"budget": 1, "spend": -1},
    "variance": {"spend": 1, "remaining": 1, "budget": -1},
    "available": {"available": 1},
    "underspend": {"available": 1, "spend": -1, "remaining": -1},
}
#: Of a grant: what is left of it is left of what is available.
_OF_GRANT = {"left": {"available": 1, "spend": -1}}
#: Measures that take in only the rows of one kind of another measure.
_ONLY = {
    "ledger": ("spend", "lines"),
    "accrued": ("spend", "accruals"),
    "award": ("budget", "awards"),
}


def parts_of(bases: Sequence[Basis], figure: str) -> tuple[tuple[int, Basis], ...] | None:
    """The kept figures that *figure* is made of, each with 1 where it is added and −1 where it is taken off; None for
    one that is not made of them."""
    found = _FIGURE.fullmatch(figure)
    if found is None or not bases:
        return None
    scope, measure = found["scope"], found["measure"]
    is_grant = any(basis.figure.startswith(f"{scope}/{found['year']}/available@") for basis in bases)
    is_grant = is_grant or any(_fund_of(basis.figure) == scope for basis in bases)
    wanted = (_OF_GRANT if is_grant else {}).get(measure) or _MEASURES.get(measure)
    fits: Callable[[int], bool] = lambda _: True  # noqa: E731 - one of three, below
    of, only = _ONLY.get(measure, ("", None))
    if of:
        wanted = {of: 1}
    elif wanted is None:
        one = _ONE_PART.fullmatch(measure)
        if one is None:
            return None
        wanted, number = {"spend": 1}, int(one["number"])
        if one["what"].upper() == "P":
            fits = lambda period: period == number  # noqa: E731
        else:
            fits = lambda period: min((period - 1) // 3 + 1, 4) == number  # noqa: E731
    chosen = []
    for basis in bases:
        own = _FIGURE.fullmatch(basis.figure)
        if own is None or own["year"] != found["year"]:
            continue
        if not _is_of(own, scope, is_grant=is_grant) or not _fits(own, found):
            continue
        period = _SPEND.fullmatch(own["measure"])
        sign = wanted.get("spend" if period else own["measure"], 0)
        if sign and (period is None or fits(int(period[1]))):
            chosen.append((sign, _narrowed(basis, only)))
    return tuple(chosen)


def _is_of(own: re.Match[str], scope: str, *, is_grant: bool) -> bool:
    if not is_grant:
        return own["scope"].casefold() == scope.casefold()
    return scope in (own["scope"], own["fund"])


def _fits(own: re.Match[str], wanted: re.Match[str]) -> bool:
    """Whether a kept figure is of the kind of money and the fund that are asked for, where they are."""
    kind, fund = wanted["kind"], wanted["fund"]
    return (kind is None or own["kind"] in (None, kind)) and (fund is None or own["fund"] in (None, fund))


def _fund_of(figure: str) -> str:
    own = _FIGURE.fullmatch(figure)
    return (own["fund"] or "") if own is not None else ""


def _narrowed(basis: Basis, only: str | None) -> Basis:
    if only is None:
        return basis
    items = tuple(item for item in basis.items if item.kind == only)
    return Basis(basis.figure, _total(items), items)


def _total(items: Iterable[BasisItem]) -> int:
    return sum(item.pence for item in items)


def amount_of(bases: Sequence[Basis], figure: str) -> Money | None:
    """What *figure* comes to out of *bases*; None for one that is not made of them."""
    chosen = parts_of(bases, figure)
    if chosen is None:
        return None
    return Money.total(Money(sign * basis.pence) for sign, basis in chosen)
