"""State machines: which moves there are, what each needs, and the sentence that refuses any other one (paper 2.2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Generic, TypeVar

from fundingapp.domain.errors import ExpectedError, listed

State = TypeVar("State", bound=Enum)


class Need(Enum):
    """What a person has to say for a move."""

    DATE = "the date"
    REFERENCE = "the reference of the paper"
    REASON = "the reason"
    AMOUNT = "the amount"
    EVIDENCE = "the document"


class Subject(Enum):
    """What has states whose history is kept."""

    ALLOCATION = "allocation"
    BID = "bid"
    CLAIM = "claim"
    VIREMENT = "virement"
    CONDITION = "condition"
    AGREEMENT = "agreement"
    CARRY_FORWARD = "carry-forward"
    SETTLEMENT = "settlement"
    YEAR = "year"
    CERTIFICATE = "certificate"
    RECONCILIATION = "reconciliation"
    RETURN = "return"
    ASSET = "asset"
    PARTNER_BOOK = "partner book"


@dataclass(frozen=True, slots=True)
class Move(Generic[State]):
    """A move that is allowed: *name* is what a person does (“submit”), *actor* who usually does it."""

    source: State
    target: State
    name: str
    actor: str
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made: *dated* is the day on its paper, *at* when it was recorded (UTC) and *by* whom."""

    subject: Subject
    subject_id: int
    before: str
    after: str
    dated: date | None
    at: datetime
    by: str
    reference: str = ""
    reason: str = ""


def word_of(state: Enum) -> str:
    """What *state* is called in a sentence: its own words where it has some, else its value."""
    return str(getattr(state, "in_words", state.value))


@dataclass(frozen=True)
class Machine(Generic[State]):
    """The moves of one kind of thing, called *noun* in sentences (“bid”)."""

    noun: str
    moves: tuple[Move[State], ...]
    _by_pair: dict[tuple[State, State], Move[State]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_pair", {(move.source, move.target): move for move in self.moves})

    def from_state(self, state: State) -> tuple[Move[State], ...]:
        """The moves that are open in *state*, in the order of the table."""
        return tuple(move for move in self.moves if move.source is state)

    def allows(self, source: State, target: State) -> bool:
        return (source, target) in self._by_pair

    def check(self, name: str, source: State, target: State, given: Collection[Need] = ()) -> Move[State]:
        """The move of *name* (“LF-09's bid”) from *source* to *target*, for which *given* was said.

        Raises ExpectedError that names both states and what could be done instead, or what is still needed.
        """
        move = self._by_pair.get((source, target))
        if move is None:
            open_moves = [word_of(each.target) for each in self.from_state(source)]
            instead = f"It can become {listed(open_moves)}." if open_moves else "That is its last state."
            raise ExpectedError(
                "forbidden_move",
                f"{name} is {word_of(source)}: it can't become {word_of(target)} from there.",
                instead,
            )
        missing = [need.value for need in move.needs if need not in given]
        if missing:
            raise ExpectedError(
                "move_needs",
                f"{name} can't become {word_of(target)} without {listed(missing, 'and')}.",
                "Give it, then try again.",
            )
        return move
