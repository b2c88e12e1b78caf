"""The refusals that a user may meet: each says what, where, what is kept, and what to do next (decision D21)."""

from __future__ import annotations

from collections.abc import Iterable


class ExpectedError(Exception):
    """The world or a rule says no.

    *message* says what happened and where, in one sentence; *advice* what to do next; *code* is stable for
    tests and support. Nothing has been changed when this is raised.
    """

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.code = code
        self.message = message
        self.advice = advice


class NotFoundError(ExpectedError):
    """Something named does not exist in this file."""

    def __init__(self, what: str, name: str, advice: str = "") -> None:
        super().__init__("not_found", f"There is no {what} “{name}” in this file.", advice)


class ChangedMeanwhileError(ExpectedError):
    """Somebody else changed the row since it was read (decision D7)."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "changed_meanwhile",
            f"{what} was changed by somebody else while you were working on it.",
            "Look at the new values, then make your change again if it is still wanted.",
        )


class CannotChargeError(ExpectedError):
    """A charge of a ledger line breaks a rule of matching (R11)."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__("cannot_charge", message, advice)


class InputRefusedError(ExpectedError):
    """A file that was given cannot be used at all."""


def listed(words: Iterable[str], joint: str = "or") -> str:
    """“a, b or c” for a sentence; “none” for nothing."""
    *first, last = list(words) or ["none"]
    return f"{', '.join(first)} {joint} {last}" if first else last
