"""Names of what a person adds: compared, refused when they are there already, and listed."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.domain.errors import ExpectedError, listed

#: So many cells or figures are named in a refusal.
NAMED = 8


def same_name(one: str, other: str) -> bool:
    """Whether two things are called the same: case makes no difference."""
    return one.casefold() == other.casefold()


def there_already(what: str, name: str) -> ExpectedError:
    """The refusal of a second thing of one name."""
    return ExpectedError(
        "there_already",
        f"There is {'an' if what[0] in 'aeiou' else 'a'} {what} “{name}” already.",
        "Choose another name, or change that one.",
    )


def named_some(names: Sequence[str]) -> str:
    """The first *names*, and how many more there are."""
    quoted = [f"“{name}”" for name in names[:NAMED]]
    if len(names) > NAMED:
        quoted.append(f"{len(names) - NAMED:,} more")
    return listed(quoted, "and")
