"""Where waiting lines probably belong, as it was worked out last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

from fundingapp.domain.doubles import ChargedTo
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.reversals import Pair
from fundingapp.domain.suggestions import Goal, Partner, Proposal


class Due(NamedTuple):
    """What has to be worked out again: everything, or what concerns these suppliers."""

    everything: bool
    suppliers: frozenset[str]


class SuggestionStore(Protocol):
    """Suggestions as they were worked out last, and which have to be worked out again.

    The ledger store notes by itself what its writes make due: the suppliers of lines that are charged, or everything
    when lines come, go or change.
    """

    def due(self) -> Due: ...

    def mark_due(self, lines: Collection[LineId]) -> None:
        """Notes the suppliers of *lines*, and of the other lines of their pairs."""

    def basis(self) -> str:
        """What the suggestions rest on besides lines and charges, as :meth:`settle` was told; "" before that."""

    def settle(self, basis: str) -> None:
        """Nothing is due any more."""

    def names(self) -> list[str]:
        """The different suppliers of all lines, "" among them."""

    def numbers(self, names: Collection[str] | None) -> dict[str, tuple[int, int]]:
        """How many live lines of each of *names* (None: of all) wait and do not; names without any are left out."""

    def waiting(self, names: Collection[str]) -> Iterator[tuple[LineId, LedgerLine]]:
        """The live waiting lines of these suppliers, by id."""

    def charged(self, names: Collection[str], most: int) -> Iterator[tuple[LineId, LedgerLine, Goal | None]]:
        """The newest live charged lines of these suppliers and where each went, None for a split; at most *most*."""

    def replace(self, names: Collection[str] | None, proposals: Iterable[Proposal]) -> int:
        """Puts *proposals* in place of those for lines of *names* (None: of all); returns for how many lines."""

    def remove(self, lines: Collection[LineId]) -> None:
        """Takes out the suggestions of *lines*."""

    def of(self, lines: Collection[LineId]) -> dict[LineId, tuple[Proposal, ...]]:
        """The suggestions of those of *lines* that have any, best first."""

    def first(
        self, year: FinancialYear | None, names: Collection[str] | None = None
    ) -> Iterator[tuple[str, Money, Proposal]]:
        """Supplier, amount and first suggestion of every live waiting line of *year*, of these suppliers only."""

    def concerned(self, goals: Collection[Goal]) -> frozenset[str]:
        """The suppliers of lines with a suggestion for one of *goals*."""

    def reversing(self) -> Iterator[tuple[LineId, LedgerLine]]:
        """The live lines that may reverse another: below nought, or with “rev” in their description."""

    def of_amounts(self, pence: Collection[int]) -> Iterator[tuple[LineId, LedgerLine]]:
        """The live lines of these amounts."""

    def replace_pairs(self, pairs: Iterable[Pair]) -> None: ...

    def partners(self, lines: Collection[LineId]) -> dict[LineId, Partner]:
        """The other line of the pair of those of *lines* that stand in one; both are live."""

    def lone_reversals(self, year: FinancialYear) -> list[Pair]:
        """The live lines of *year* that reverse a line that is not held, or one that was reversed already (L06)."""

    def cancelled(self, year: FinancialYear) -> frozenset[LineId]:
        """The lines of *year* that stand in a pair."""

    def repeated(self, year: FinancialYear) -> Iterator[ChargedTo]:
        """The live lines of *year* charged to projects whose supplier and amount stand on another one too."""
