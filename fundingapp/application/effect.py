"""What a command did: its result, the topics that changed, and the command that takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any, ClassVar, Generic, TypeVar

Result_co = TypeVar("Result_co", covariant=True)


class Topic(Flag):
    """Kinds of things that a window may show and has to ask for again."""

    NOTHING = 0
    SETUP = auto()
    GRANTS = auto()
    PROJECTS = auto()
    LEDGER = auto()
    CHARGES = auto()
    RULES = auto()
    RETURNS = auto()
    LOCKS = auto()
    SUGGESTIONS = auto()
    LAYOUTS = auto()
    BIDS = auto()
    CLAIMS = auto()
    YEAR_END = auto()
    SIGNING = auto()
    RESULTS = auto()
    EVIDENCE = auto()
    EVERYTHING = (
        SETUP
        | GRANTS
        | PROJECTS
        | LEDGER
        | CHARGES
        | RULES
        | RETURNS
        | LOCKS
        | SUGGESTIONS
        | LAYOUTS
        | BIDS
        | CLAIMS
        | YEAR_END
        | SIGNING
        | RESULTS
        | EVIDENCE
    )


class Command(Generic[Result_co]):
    """Base of all commands: frozen dataclasses that say what is wanted and hold everything it needs.

    A class of risky ones says in *backed_up_before* before what a backup is made, such as “the import of a ledger”; one
    after which a backup is kept for good says so in *backed_up_after*.
    """

    __slots__ = ()
    backed_up_before: ClassVar[str] = ""
    backed_up_after: ClassVar[str] = ""


class Question(Generic[Result_co]):
    """Base of all questions: frozen dataclasses whose answer is a plain value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """What the audit trail keeps of one command, in the same transaction (decision D13).

    *before* and *after* hold plain values only (texts, whole numbers, lists, dicts), amounts as whole pence.
    """

    command: str
    sentence: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect(Generic[Result_co]):
    """The outcome of a command that was carried out.

    *name* says what it did, for “Undo …”; *inverse* is None when it cannot be taken back, and then nothing
    before it can. *followed* says in sentences what came of it by itself, such as a certificate that is void, or what
    of it was left.
    """

    result: Result_co
    changed: Topic
    name: str
    inverse: Command[Any] | None
    followed: tuple[str, ...] = ()


class NothingToUndo(Command[None]):
    """Marks an effect that changed nothing, so that there is nothing to take back."""

    __slots__ = ()


NOTHING_TO_UNDO = NothingToUndo()


def nothing_done(name: str, result: Any = None, followed: tuple[str, ...] = ()) -> Effect[Any]:
    """The effect of a command that found everything as it was to be."""
    return Effect(result, Topic.NOTHING, name, NOTHING_TO_UNDO, followed)
