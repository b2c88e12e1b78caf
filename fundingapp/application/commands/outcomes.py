"""Outcomes, their milestones, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.naming import named_some, same_name, there_already
from fundingapp.application.effect import Command, Effect, nothing_done
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import one_line
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import MilestoneId, OutcomeId, ProjectId
from fundingapp.domain.narratives import check_quarter
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, check_milestone, check_outcome
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class AddOutcome(Command[OutcomeId]):
    """Adds an outcome. Taken back by SwapRecords."""

    outcome: Outcome
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeOutcome(Command[None]):
    """Puts *after* in place of an outcome. Taken back by SwapRecords."""

    outcome: OutcomeId
    after: Outcome


@dataclass(frozen=True, slots=True)
class RemoveOutcome(Command[None]):
    """Takes an outcome out, with what is said of it and its own evidence; refused while indicators or milestones belong
    to it. Taken back by SwapRecords."""

    outcome: OutcomeId


@dataclass(frozen=True, slots=True)
class AddMilestone(Command[MilestoneId]):
    """Adds a milestone. Taken back by SwapRecords."""

    milestone: Milestone
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeMilestone(Command[None]):
    """Puts *after* in place of a milestone: done, expected on another day, cancelled. Taken back by SwapRecords."""

    milestone: MilestoneId
    after: Milestone
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveMilestone(Command[None]):
    """Takes a milestone out with its own evidence. Taken back by SwapRecords."""

    milestone: MilestoneId


@dataclass(frozen=True, slots=True)
class WriteStatement(Command[None]):
    """Keeps what is said of an outcome for a year, or for one *quarter* of it; all empty takes it away. Taken back by
    SwapRecords."""

    outcome: OutcomeId
    year: FinancialYear
    quarter: int | None = None
    changed: str = ""
    method: str = ""
    limits: str = ""
    working_well: str = ""
    to_improve: str = ""


def add_outcome(command: AddOutcome, tools: Tools) -> Effect[OutcomeId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        outcome = _fitted_outcome(work, command.outcome, None)
        id = OutcomeId(doing.add("outcomes", outcome))
        doing.keep(copies, outcome=id)
        return doing.commit("AddOutcome", f"add the outcome “{outcome.name}”", id)


def change_outcome(command: ChangeOutcome, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.outcomes.get(command.outcome)
        after = _fitted_outcome(work, command.after, kept.id)
        name = f"change the outcome “{after.name}”"
        if after == kept.value:
            return nothing_done(name)
        if after.project != kept.value.project:
            _refuse_leaving(work, kept, after)
        doing.change("outcomes", kept, after)
        return doing.commit("ChangeOutcome", name)


def remove_outcome(command: RemoveOutcome, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.outcomes.get(command.outcome)
        names = [each.value.name for each in work.indicators.all() if each.value.outcome == kept.id]
        names += [each.value.name for each in work.milestones.all() if each.value.outcome == kept.id]
        if names:
            raise ExpectedError(
                "in_use",
                f"“{kept.value.name}” can't be removed: {named_some(names)} "
                f"belong{'s' if len(names) == 1 else ''} to it.",
                "Let them belong to another outcome first; nothing was changed.",
            )
        for statement in work.outcome_statements.all():
            if statement.value.outcome == kept.id:
                doing.remove("outcome_statements", statement)
        doing.remove_with_evidence("outcomes", kept, "outcome")
        return doing.commit("RemoveOutcome", f"remove the outcome “{kept.value.name}”")


def _fitted_outcome(work: UnitOfWork, outcome: Outcome, id: int | None) -> Outcome:
    outcome = replace(
        outcome,
        name=one_line(outcome.name),
        description=outcome.description.strip(),
        code=one_line(outcome.code),
    )
    check_outcome(outcome)
    for kept in work.outcomes.all():
        other = kept.value
        years = (other.from_year, other.to_year) == (outcome.from_year, outcome.to_year)
        if (
            kept.id != id
            and other.project == outcome.project
            and years
            and same_name(other.name, outcome.name)
        ):
            raise there_already("outcome", outcome.name)
    return outcome


def _refuse_leaving(work: UnitOfWork, kept: Kept[Outcome], after: Outcome) -> None:
    """An outcome whose indicators stay with their project can't go to another."""
    left = [
        each.value.name
        for each in work.indicators.all()
        if each.value.outcome == kept.id and after.project not in (None, each.value.project)
    ]
    left += [
        each.value.name
        for each in work.milestones.all()
        if each.value.outcome == kept.id and after.project not in (None, each.value.project)
    ]
    if left:
        raise ExpectedError(
            "in_use",
            f"“{kept.value.name}” can't go to another project: {named_some(left)} would stay behind.",
            "Move them first; nothing was changed.",
        )


def check_outcome_of(
    work: UnitOfWork, outcome: OutcomeId | None, project: ProjectId | None, name: str
) -> None:
    """Raises ExpectedError when *outcome* is another project's."""
    if outcome is None:
        return
    of = work.outcomes.get(outcome).value
    if of.project is not None and of.project != project:
        ref = work.projects.get(of.project).value.ref
        raise ExpectedError(
            "other_project",
            f"“{name}” can't belong to the outcome “{of.name}”: that is one of {ref}.",
            "Choose an outcome of the same project, or one of the partnership.",
        )


def add_milestone(command: AddMilestone, tools: Tools) -> Effect[MilestoneId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        milestone = _fitted_milestone(work, tools, command.milestone)
        id = MilestoneId(doing.add("milestones", milestone))
        doing.keep(copies, milestone=id)
        return doing.commit("AddMilestone", f"add the milestone “{milestone.name}”", id)


def change_milestone(command: ChangeMilestone, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.milestones.get(command.milestone)
        after = _fitted_milestone(work, tools, command.after)
        doing.change("milestones", kept, after)
        doing.keep(copies, milestone=kept.id)
        name = f"{_doing(kept.value, after)} the milestone “{after.name}”"
        if not doing.has_done:
            return nothing_done(name)
        return doing.commit("ChangeMilestone", name)


def _doing(before: Milestone, after: Milestone) -> str:
    if after.done_on is not None and before.done_on is None:
        return "record as done"
    if after.is_cancelled and not before.is_cancelled:
        return "cancel"
    return "change"


def remove_milestone(command: RemoveMilestone, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.milestones.get(command.milestone)
        doing.remove_with_evidence("milestones", kept, "milestone")
        return doing.commit("RemoveMilestone", f"remove the milestone “{kept.value.name}”")


def _fitted_milestone(work: UnitOfWork, tools: Tools, milestone: Milestone) -> Milestone:
    milestone = replace(milestone, name=one_line(milestone.name), note=milestone.note.strip())
    check_milestone(milestone, tools.today)
    work.projects.get(milestone.project)
    check_outcome_of(work, milestone.outcome, milestone.project, milestone.name)
    return milestone


def write_statement(command: WriteStatement, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        outcome = work.outcomes.get(command.outcome).value
        if command.quarter is not None:
            check_quarter(command.quarter)
        texts = {
            entry.name: getattr(command, entry.name).strip()
            for entry in fields(OutcomeStatement)
            if entry.name not in {"outcome", "year", "quarter"}
        }
        said = OutcomeStatement(command.outcome, command.year, command.quarter, **texts)
        key = (said.outcome, said.year, said.quarter)
        there = next(
            (
                kept
                for kept in work.outcome_statements.all()
                if (kept.value.outcome, kept.value.year, kept.value.quarter) == key
            ),
            None,
        )
        when = f"Q{said.quarter} of {said.year}" if said.quarter else str(said.year)
        name = f"say what changed for “{outcome.name}” in {when}"
        if not any(texts.values()):
            if there is None:
                return nothing_done(name)
            doing.remove("outcome_statements", there)
            name = f"take away what is said of “{outcome.name}” in {when}"
        elif there is None:
            doing.add("outcome_statements", said)
        elif there.value == said:
            return nothing_done(name)
        else:
            doing.change("outcome_statements", there, said)
        return doing.commit("WriteStatement", name)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddOutcome: add_outcome,
    ChangeOutcome: change_outcome,
    RemoveOutcome: remove_outcome,
    AddMilestone: add_milestone,
    ChangeMilestone: change_milestone,
    RemoveMilestone: remove_milestone,
    WriteStatement: write_statement,
}
