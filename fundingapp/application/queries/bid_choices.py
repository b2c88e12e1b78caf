"""What a new bid can be for: the funds, projects and bodies of the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools
from fundingapp.domain.funds import Fund, Project
from fundingapp.domain.parties import Party


@dataclass(frozen=True, slots=True)
class BidChoices(Question["BidChoicesAnswer"]):
    """The funds, projects and bodies that a bid can name."""


@dataclass(frozen=True, slots=True)
class BidChoicesAnswer:
    """Each in the order of its name or reference."""

    funds: tuple[Kept[Fund], ...]
    projects: tuple[Kept[Project], ...]
    parties: tuple[Kept[Party], ...]


def answer_choices(question: BidChoices, tools: Tools) -> BidChoicesAnswer:
    with tools.open_work(reading=True) as work:
        return BidChoicesAnswer(
            tuple(sorted(work.funds.all(), key=lambda kept: kept.value.name.casefold())),
            tuple(sorted(work.projects.all(), key=lambda kept: kept.value.ref)),
            tuple(sorted(work.parties.all(), key=lambda kept: kept.value.name.casefold())),
        )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {BidChoices: answer_choices}
