"""What a return says beside the money: its narrative, how projects stand, risks, assets and partners' statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import rows_of
from fundingapp.application.effect import Command, Effect, nothing_done
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count, one_line
from fundingapp.domain.assets import ASSET_MACHINE, Asset, AssetState, check_asset
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.ids import AssetId, FundId, ProjectId, RiskId
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import (
    NarrativeSection,
    ProjectProgress,
    ProjectStatus,
    ReturnText,
    check_quarter,
    quarter_before,
)
from fundingapp.domain.partner_books import PartnerStatement, check_statement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag
from fundingapp.domain.risks import Risk, check_risk
from fundingapp.domain.states import Need, Subject


@dataclass(frozen=True, slots=True)
class WriteText(Command[None]):
    """Writes a section of the narrative of a quarter, 1 to 4; "" takes it out. What is too long is kept, and said to be
    too long. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    quarter: int
    section: NarrativeSection
    text: str


@dataclass(frozen=True, slots=True)
class CopyWords(Command[int]):
    """Copies what the quarter before said, as a start: into sections that are empty, and of projects that nobody has
    judged. Returns how many were filled. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class JudgeProject(Command[None]):
    """Says how a project stood at the end of a quarter. A colour of None leaves the spend's as the figures suggest, and
    the delivery's unsaid. Taken back by SwapRecords."""

    project: ProjectId
    year: FinancialYear
    quarter: int
    status: ProjectStatus
    spend_rag: Rag | None = None
    delivery_rag: Rag | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ForgetJudgement(Command[None]):
    """Takes out how a project stood in a quarter. Taken back by SwapRecords."""

    project: ProjectId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class AddRisk(Command[RiskId]):
    """Adds a risk to the register; without a day it counts as raised before. Taken back by SwapRecords."""

    risk: Risk


@dataclass(frozen=True, slots=True)
class ChangeRisk(Command[None]):
    """Puts *risk* in the place of the one of that id. Taken back by SwapRecords."""

    id: RiskId
    risk: Risk


@dataclass(frozen=True, slots=True)
class CloseRisk(Command[None]):
    """Closes a risk *on* a day: returns of later quarters don't list it. Taken back by SwapRecords."""

    id: RiskId
    on: date


@dataclass(frozen=True, slots=True)
class ReopenRisk(Command[None]):
    """Opens a closed risk again. Taken back by SwapRecords."""

    id: RiskId


@dataclass(frozen=True, slots=True)
class RemoveRisk(Command[None]):
    """Takes a risk out that was recorded by mistake. Taken back by SwapRecords."""

    id: RiskId


@dataclass(frozen=True, slots=True)
class AddAsset(Command[AssetId]):
    """Adds an asset that is held; *evidence* is kept with the ledger line that paid for it, else with its project.
    Taken back by SwapRecords."""

    asset: Asset
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeAsset(Command[None]):
    """Puts *asset* in the place of the one of that id; its state, and what belongs to its disposal, stay. Taken back by
    SwapRecords."""

    id: AssetId
    asset: Asset


@dataclass(frozen=True, slots=True)
class MoveAsset(Command[None]):
    """Asks to dispose of an asset, records that it went, or keeps it (see ASSET_MACHINE for what each needs).

    *reference* is the commissioner's letter, *proceeds* what it fetched. Taken back by SwapRecords.
    """

    id: AssetId
    to: AssetState
    dated: date | None = None
    reference: str = ""
    reason: str = ""
    proceeds: Money = Money.ZERO
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveAsset(Command[None]):
    """Takes an asset out that was recorded by mistake, with its history. Taken back by SwapRecords."""

    id: AssetId


@dataclass(frozen=True, slots=True)
class AddStatement(Command[int]):
    """Adds a partner's statement of use, one that came or one that is awaited; *evidence* is kept with the project.
    Taken back by SwapRecords."""

    statement: PartnerStatement
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeStatement(Command[None]):
    """Puts *statement* in the place of the one of that id. Taken back by SwapRecords."""

    id: int
    statement: PartnerStatement
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiveStatement(Command[None]):
    """Records that a statement came, what it states where that is another amount, and who signed it. Taken back by
    SwapRecords."""

    id: int
    received_on: date
    signed_by: str = ""
    signed_on: date | None = None
    passed_on: Money | None = None
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveStatement(Command[None]):
    """Takes a statement out. Taken back by SwapRecords."""

    id: int


@dataclass(frozen=True, slots=True)
class TakeStoryTable(Command[int]):
    """Takes the rows of a table called *source* in: all of them, or none. Returns how many.

    How projects stand takes the place of what was said of their quarter; risks, assets and statements are added, but
    those that are there word for word. Taken back by SwapRecords.
    """

    rows: tuple[ProjectProgress | Risk | Asset | PartnerStatement, ...]
    source: str


def _text_kept(
    work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int
) -> dict[NarrativeSection, Kept[ReturnText]]:
    return {
        kept.value.section: kept
        for kept in work.return_texts.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, quarter)
    }


def _judged(work: UnitOfWork, year: FinancialYear, quarter: int) -> dict[ProjectId, Kept[ProjectProgress]]:
    return {
        kept.value.project: kept
        for kept in work.project_progress.all()
        if (kept.value.year, kept.value.quarter) == (year, quarter)
    }


def write_text(command: WriteText, tools: Tools) -> Effect[None]:
    check_quarter(command.quarter)
    text = command.text.strip()
    with tools.open_work() as work:
        fund = work.funds.get(command.fund).value.name
        held = _text_kept(work, command.fund, command.year, command.quarter).get(command.section)
        what = f"“{command.section.value}” of the Q{command.quarter} return of {fund} {command.year}"
        if text == (held.value.text if held is not None else ""):
            return nothing_done(f"write {what}")
        doing = Doing(work, tools)
        after = ReturnText(
            command.fund, command.year, command.quarter, command.section, text, tools.who, tools.clock()
        )
        if held is None:
            doing.add("return_texts", after)
        elif text:
            doing.change("return_texts", held, after)
        else:
            doing.remove("return_texts", held)
        return doing.commit("WriteText", f"{'write' if text else 'take out'} {what}")


def copy_words(command: CopyWords, tools: Tools) -> Effect[int]:
    check_quarter(command.quarter)
    year, quarter = quarter_before(command.year, command.quarter)
    with tools.open_work() as work:
        work.funds.get(command.fund)
        doing = Doing(work, tools)
        filled = 0
        there = _text_kept(work, command.fund, command.year, command.quarter)
        for section, kept in _text_kept(work, command.fund, year, quarter).items():
            if section not in there:
                doing.add(
                    "return_texts",
                    replace(
                        kept.value,
                        year=command.year,
                        quarter=command.quarter,
                        by=tools.who,
                        at=tools.clock(),
                    ),
                )
                filled += 1
        ours = {
            kept.value.project
            for kept in work.awards.all()
            if (kept.value.fund, kept.value.year) == (command.fund, command.year)
        }
        judged = _judged(work, command.year, command.quarter)
        for project, before in _judged(work, year, quarter).items():
            if project in ours and project not in judged:
                # The spend's colour is what this quarter's figures say, not what the last one's did.
                doing.add(
                    "project_progress",
                    replace(
                        before.value,
                        year=command.year,
                        quarter=command.quarter,
                        spend_rag=None,
                        by=tools.who,
                        at=tools.clock(),
                    ),
                )
                filled += 1
        if not filled:
            raise ExpectedError(
                "nothing_to_copy",
                f"Q{quarter} {year} says nothing that Q{command.quarter} does not say already.",
                "Write this quarter's words.",
            )
        name = f"copy {count(filled, 'text')} of Q{quarter} {year} into Q{command.quarter}"
        return doing.commit("CopyWords", name, filled)


def judge_project(command: JudgeProject, tools: Tools) -> Effect[None]:
    check_quarter(command.quarter)
    with tools.open_work() as work:
        ref = work.projects.get(command.project).value.ref
        held = _judged(work, command.year, command.quarter).get(command.project)
        after = ProjectProgress(
            command.project,
            command.year,
            command.quarter,
            command.status,
            command.spend_rag,
            command.delivery_rag,
            command.explanation.strip(),
            tools.who,
            tools.clock(),
        )
        name = f"say how {ref} stands in Q{command.quarter} {command.year}"
        if held is not None and replace(after, by=held.value.by, at=held.value.at) == held.value:
            return nothing_done(name)
        doing = Doing(work, tools)
        if held is None:
            doing.add("project_progress", after)
        else:
            doing.change("project_progress", held, after)
        return doing.commit("JudgeProject", name)


def forget_judgement(command: ForgetJudgement, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        ref = work.projects.get(command.project).value.ref
        held = _judged(work, command.year, command.quarter).get(command.project)
        if held is None:
            raise NotFoundError(
                "judgement", f"{ref} in Q{command.quarter} {command.year}", "There is nothing to take out."
            )
        doing = Doing(work, tools)
        doing.remove("project_progress", held)
        return doing.commit(
            "ForgetJudgement", f"take out how {ref} stands in Q{command.quarter} {command.year}"
        )


def _fitted_risk(work: UnitOfWork, risk: Risk) -> Risk:
    """*risk* as it is kept. Raises ExpectedError."""
    work.funds.get(risk.fund)
    if risk.project is not None:
        work.projects.get(risk.project)
    risk = replace(
        risk,
        name=one_line(risk.name),
        description=risk.description.strip(),
        mitigation=risk.mitigation.strip(),
        category=one_line(risk.category),
        consequence=risk.consequence.strip(),
        proximity=one_line(risk.proximity),
        owner=one_line(risk.owner),
    )
    check_risk(risk)
    return risk


def add_risk(command: AddRisk, tools: Tools) -> Effect[RiskId]:
    with tools.open_work() as work:
        risk = _fitted_risk(work, command.risk)
        doing = Doing(work, tools)
        id = RiskId(doing.add("risks", risk))
        return doing.commit("AddRisk", f"add the risk “{risk.name}”", id)


def _change_risk(
    command: str, id: RiskId, verb: str, changed: Callable[[Risk], Risk], tools: Tools
) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.risks.get(id)
        after = _fitted_risk(work, changed(kept.value))
        doing = Doing(work, tools)
        doing.change("risks", kept, after)
        name = f"{verb} the risk “{after.name}”"
        if not doing.has_done:
            return nothing_done(name)
        return doing.commit(command, name)


def change_risk(command: ChangeRisk, tools: Tools) -> Effect[None]:
    return _change_risk("ChangeRisk", command.id, "change", lambda _: command.risk, tools)


def close_risk(command: CloseRisk, tools: Tools) -> Effect[None]:
    return _change_risk(
        "CloseRisk", command.id, "close", lambda risk: replace(risk, closed=command.on), tools
    )


def reopen_risk(command: ReopenRisk, tools: Tools) -> Effect[None]:
    return _change_risk(
        "ReopenRisk", command.id, "open again", lambda risk: replace(risk, closed=None), tools
    )


def remove_risk(command: RemoveRisk, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.risks.get(command.id)
        doing = Doing(work, tools)
        doing.remove("risks", kept)
        return doing.commit("RemoveRisk", f"remove the risk “{kept.value.name}”")


def _fitted_asset(work: UnitOfWork, asset: Asset) -> Asset:
    """*asset* as it is kept. Raises ExpectedError."""
    work.projects.get(asset.project)
    work.funds.get(asset.fund)
    if asset.line is not None:
        work.ledger.held_line(asset.line)
    asset = replace(
        asset,
        description=one_line(asset.description),
        custodian=one_line(asset.custodian),
        location=one_line(asset.location),
        consent=one_line(asset.consent),
    )
    check_asset(asset)
    return asset


def _papers_for(asset: Asset) -> dict[str, int]:
    """What the papers of *asset* support."""
    return {"line": asset.line} if asset.line is not None else {"project": asset.project}


def add_asset(command: AddAsset, tools: Tools) -> Effect[AssetId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        asset = _fitted_asset(
            work,
            replace(command.asset, state=AssetState.HELD, disposed_on=None, proceeds=Money.ZERO, consent=""),
        )
        if asset.line is not None:
            there = next((kept for kept in work.assets.all() if kept.value.line == asset.line), None)
            if there is not None and there.value.description == asset.description:
                raise ExpectedError(
                    "asset_there",
                    f"{asset.description} of the same ledger line is in the register already.",
                    "Describe it otherwise if the line paid for several things.",
                )
        doing = Doing(work, tools)
        id = AssetId(doing.add("assets", asset))
        doing.keep(copies, **_papers_for(asset))
        return doing.commit("AddAsset", f"add the asset “{asset.description}”", id)


def change_asset(command: ChangeAsset, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.assets.get(command.id)
        before = kept.value
        after = _fitted_asset(
            work,
            replace(
                command.asset,
                state=before.state,
                disposed_on=before.disposed_on,
                proceeds=before.proceeds,
                consent=before.consent,
            ),
        )
        doing = Doing(work, tools)
        doing.change("assets", kept, after)
        name = f"change the asset “{after.description}”"
        if not doing.has_done:
            return nothing_done(name)
        return doing.commit("ChangeAsset", name)


def move_asset(command: MoveAsset, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        kept = work.assets.get(command.id)
        before = kept.value
        reference, reason = one_line(command.reference), command.reason.strip()
        given = {
            need
            for need, said in (
                (Need.DATE, command.dated),
                (Need.REFERENCE, reference),
                (Need.REASON, reason),
                (Need.EVIDENCE, copies),
            )
            if said
        }
        move = ASSET_MACHINE.check(f"“{before.description}”", before.state, command.to, given)
        disposed = command.to is AssetState.DISPOSED
        after = replace(
            before,
            state=command.to,
            disposed_on=command.dated if disposed else None,
            proceeds=command.proceeds if disposed else Money.ZERO,
            consent=reference if disposed else "",
        )
        check_asset(after)
        doing = Doing(work, tools)
        doing.change("assets", kept, after)
        doing.keep(copies, **_papers_for(before))
        doing.step(
            Subject.ASSET, kept.id, before.state.value, command.to.value, command.dated, reference, reason
        )
        return doing.commit("MoveAsset", f"{move.name}: {before.description}")


def remove_asset(command: RemoveAsset, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.assets.get(command.id)
        doing = Doing(work, tools)
        for step in work.steps.all():
            if (step.value.subject, step.value.subject_id) == (Subject.ASSET, kept.id):
                doing.remove("steps", step)
        doing.remove("assets", kept)
        return doing.commit("RemoveAsset", f"remove the asset “{kept.value.description}”")


def _fitted_statement(work: UnitOfWork, statement: PartnerStatement) -> PartnerStatement:
    """*statement* as it is kept. Raises ExpectedError."""
    work.projects.get(statement.project)
    work.funds.get(statement.fund)
    statement = replace(
        statement,
        partner=one_line(statement.partner),
        signed_by=one_line(statement.signed_by),
        note=statement.note.strip(),
    )
    check_statement(statement)
    return statement


def _refuse_twice(work: UnitOfWork, statement: PartnerStatement, id: int | None) -> None:
    for kept in work.partner_statements.all():
        other = kept.value
        if kept.id != id and (other.project, other.fund, other.year, other.partner.casefold()) == (
            statement.project,
            statement.fund,
            statement.year,
            statement.partner.casefold(),
        ):
            ref = work.projects.get(statement.project).value.ref
            raise ExpectedError(
                "statement_there",
                f"{ref} has a statement of {other.partner} for {other.year} already.",
                "Change that one.",
            )


def add_statement(command: AddStatement, tools: Tools) -> Effect[int]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        statement = _fitted_statement(work, command.statement)
        _refuse_twice(work, statement, None)
        doing = Doing(work, tools)
        id = doing.add("partner_statements", statement)
        doing.keep(copies, project=statement.project)
        return doing.commit("AddStatement", f"add the statement of {statement.partner}", id)


def _change_statement(
    command: str,
    id: int,
    changed: Callable[[PartnerStatement], PartnerStatement],
    verb: str,
    evidence: tuple[Given, ...],
    tools: Tools,
) -> Effect[None]:
    with copied(tools, evidence) as copies, tools.open_work() as work:
        kept = work.partner_statements.get(id)
        after = _fitted_statement(work, changed(kept.value))
        _refuse_twice(work, after, kept.id)
        doing = Doing(work, tools)
        doing.change("partner_statements", kept, after)
        doing.keep(copies, project=after.project)
        name = f"{verb} the statement of {after.partner}"
        if not doing.has_done:
            return nothing_done(name)
        return doing.commit(command, name)


def change_statement(command: ChangeStatement, tools: Tools) -> Effect[None]:
    return _change_statement(
        "ChangeStatement", command.id, lambda _: command.statement, "change", command.evidence, tools
    )


def receive_statement(command: ReceiveStatement, tools: Tools) -> Effect[None]:
    def received(before: PartnerStatement) -> PartnerStatement:
        return replace(
            before,
            received_on=command.received_on,
            signed_by=command.signed_by,
            signed_on=command.signed_on,
            passed_on=before.passed_on if command.passed_on is None else command.passed_on,
        )

    return _change_statement("ReceiveStatement", command.id, received, "receive", command.evidence, tools)


def remove_statement(command: RemoveStatement, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.partner_statements.get(command.id)
        doing = Doing(work, tools)
        doing.remove("partner_statements", kept)
        return doing.commit("RemoveStatement", f"remove the statement of {kept.value.partner}")


def take_story_table(command: TakeStoryTable, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        taken = 0
        there = {
            kept.value
            for kind in ("risks", "assets", "partner_statements")
            for kept in rows_of(work, kind).all()
        }
        for row in command.rows:
            if isinstance(row, ProjectProgress):
                taken += _take_progress(doing, row)
                continue
            kind, fitted = _fitted(work, row)
            if fitted in there:
                continue
            if isinstance(fitted, PartnerStatement):
                _refuse_twice(work, fitted, None)
            there.add(fitted)
            doing.add(kind, fitted)
            taken += 1
        name = f"take {count(taken, 'row')} in from {command.source}"
        if not doing.has_done:
            return nothing_done(name, 0)
        return doing.commit("TakeStoryTable", name, taken)


def _fitted(
    work: UnitOfWork, row: Risk | Asset | PartnerStatement
) -> tuple[str, Risk | Asset | PartnerStatement]:
    """The rows that *row* belongs to, and *row* as it is kept. Raises ExpectedError."""
    match row:
        case Risk():
            return "risks", _fitted_risk(work, row)
        case Asset():
            return "assets", _fitted_asset(work, row)
        case _:
            return "partner_statements", _fitted_statement(work, row)


def _take_progress(doing: Doing, row: ProjectProgress) -> int:
    """1 where *row* says of its project what was not said yet."""
    tools = doing.tools
    doing.work.projects.get(row.project)
    after = replace(row, explanation=row.explanation.strip(), by=tools.who, at=tools.clock())
    held = _judged(doing.work, row.year, row.quarter).get(row.project)
    if held is None:
        doing.add("project_progress", after)
        return 1
    if replace(after, by=held.value.by, at=held.value.at) == held.value:
        return 0
    doing.change("project_progress", held, after)
    return 1


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    TakeStoryTable: take_story_table,
    WriteText: write_text,
    CopyWords: copy_words,
    JudgeProject: judge_project,
    ForgetJudgement: forget_judgement,
    AddRisk: add_risk,
    ChangeRisk: change_risk,
    CloseRisk: close_risk,
    ReopenRisk: reopen_risk,
    RemoveRisk: remove_risk,
    AddAsset: add_asset,
    ChangeAsset: change_asset,
    MoveAsset: move_asset,
    RemoveAsset: remove_asset,
    AddStatement: add_statement,
    ChangeStatement: change_statement,
    ReceiveStatement: receive_statement,
    RemoveStatement: remove_statement,
}
