"""How the catalogue of what a return may send is written: entries, each with where its value is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.periods import days_of
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.return_story import ProgressLine
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sendable import FigureSort, Sendable, SentValue
from fundingapp.domain.templates import RowsOf


class Sent:
    """A return, and what names its figures."""

    def __init__(self, document: ReturnDocument) -> None:
        self.document = document
        self.position: GrantPosition = document.position
        self.first_day, self.last_day = days_of(document.year, document.quarter)

    def grant(self, measure: str) -> str:
        """The name of a figure of the whole grant at the end of the quarter."""
        return f"{self.document.fund}/{self.document.year}/{measure}@{self.position.to_period}"

    def amount(self, measure: str, value: Money) -> SentValue:
        return SentValue(value, self.grant(measure))

    def of_kind(self, measure: str, kind: Kind, value: Money) -> SentValue:
        """A figure of one kind of money; it is explained by its name where all of the grant is of that kind."""
        kinds = {project.kind for project in self.position.projects}
        return SentValue(value, self.grant(measure) if kinds == {kind} else "")


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A row of a project: all its kinds of money, or one of them."""

    sent: Sent
    heads: tuple[ProjectPosition, ...]
    is_head: bool

    @property
    def first(self) -> ProjectPosition:
        return self.heads[0]

    def total(self, of: Callable[[ProjectPosition], Money]) -> Money:
        return Money.total(of(head) for head in self.heads)

    def amount(self, measure: str, of: Callable[[ProjectPosition], Money]) -> SentValue:
        sent = self.sent
        return SentValue(
            self.total(of),
            f"{self.first.ref}/{sent.document.year}/{measure}{self._which}@{sent.position.to_period}",
        )

    @property
    def _which(self) -> str:
        """What names these heads among all that the project has, in this grant and others."""
        names = self.sent.document.head_names
        if len(self.heads) == 1:
            return names.get((self.first.project_id, self.first.kind), "")
        # All kinds of this grant, where the project has others: “::Locality Fund”.
        funds = {
            name.split(":")[2]
            for head in self.heads
            if (name := names.get((head.project_id, head.kind), "")).count(":") == 2
        }
        return f"::{funds.pop()}" if funds else ""

    @property
    def progress(self) -> ProgressLine | None:
        return self.sent.document.story.progress_of(self.first.project_id)

    def of_kind(self, measure: str, kind: Kind, of: Callable[[ProjectPosition], Money]) -> SentValue:
        heads = tuple(head for head in self.heads if head.kind is kind)
        if not heads:
            return SentValue(Money.ZERO)
        return ProjectRow(self.sent, heads, is_head=True).amount(measure, of)


def entry(
    source: str,
    label: str,
    sort: FigureSort,
    group: str,
    also: str = "",
    rows: tuple[RowsOf, ...] = (),
    choices: tuple[str, ...] = (),
) -> Sendable:
    """An entry; *also* are the other words for it, apart by “;”."""
    return Sendable(source, label, sort, group, rows, choices, tuple(filter(None, also.split(";"))))


Whole = tuple[Sendable, Callable[[Sent], SentValue]]
OfProject = tuple[Sendable, Callable[[ProjectRow], SentValue]]


def text_of(value: str) -> SentValue:
    return SentValue(value or None)


def project_rows(sent: Sent) -> tuple[ProjectRow, ...]:
    """The projects of a return by reference, each with all its kinds of money."""
    heads: dict[str, list[ProjectPosition]] = {}
    for head in sent.position.projects:
        heads.setdefault(head.ref, []).append(head)
    return tuple(ProjectRow(sent, tuple(each), is_head=False) for each in heads.values())


def head_rows(sent: Sent) -> tuple[ProjectRow, ...]:
    """As :func:`project_rows`, each kind of money apart."""
    return tuple(ProjectRow(sent, (head,), is_head=True) for head in sent.position.projects)
