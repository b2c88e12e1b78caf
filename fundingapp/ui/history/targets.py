"""What the History page can be asked to show."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.domain.ids import ProjectId


@dataclass(frozen=True, slots=True)
class ShowEntry:
    """The change of that place in the history, as an alarm or a certificate names it."""

    sequence: int


@dataclass(frozen=True, slots=True)
class ShowWords:
    """Every change that has these *words*, such as the name of an indicator."""

    words: str


@dataclass(frozen=True, slots=True)
class ShowProject:
    """Everything that was changed about a project."""

    project: ProjectId
