"""What the totals of a download say of each other."""

from __future__ import annotations

from fundingapp.domain.money import Money


def difference_in_words(found: Money, wanted: Money) -> str:
    """How far *found* is from *wanted*, in pounds and in whole pence: “£0.01 more (1p)”."""
    apart = found - wanted
    return f"{abs(apart).in_words} {'more' if apart.pence > 0 else 'less'} ({abs(apart.pence):,}p)"


def totals_in_words(total: Money, stated: Money | None, control: Money | None) -> str:
    """What the totals say of each other."""
    words = f"total {total.in_words}"
    if control is not None and control == total:
        return f"{words} agrees with your control total"
    if stated is None:
        return f"{words}; the file states none of its own"
    if stated == total:
        return f"{words} agrees with the file"
    return f"{words}, but the file states {stated.in_words}: {(total - stated).in_words} apart"
