"""The partnership's plan: themes and priorities over the years, and what each project's budget serves (R7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.records import (
    Changed,
    ChangeRecord,
    Record,
    RemoveRecords,
    SwapRecords,
    add_all,
    change_record,
    plain_swap,
    rows_of,
    topics_of,
    topics_of_swap,
)
from fundingapp.application.effect import Command, Effect, JournalRecord
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.plan import adoptable_themes, plan_records, project_budget
from fundingapp.application.wording import count, plain
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import PriorityId, ProjectId, ThemeId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plan_tables import ParsedPlanTable
from fundingapp.domain.priorities import (
    Priority,
    Share,
    ShareGiven,
    Split,
    Theme,
    check_in_force,
    make_share,
    named,
    shares_from,
    years_in_words,
)


@dataclass(frozen=True, slots=True)
class AddTheme(Command[ThemeId]):
    """A theme of a plan. Taken back by RemoveRecords."""

    theme: Theme


@dataclass(frozen=True, slots=True)
class ChangeTheme(Command[None]):
    """Puts *theme* in the place of the one of that id. Its own kind of inverse."""

    id: ThemeId
    theme: Theme


@dataclass(frozen=True, slots=True)
class RemoveTheme(Command[None]):
    """Takes out a theme that nothing uses; one in use is ended."""

    id: ThemeId


@dataclass(frozen=True, slots=True)
class EndTheme(Command[None]):
    """Ends a theme, and its priorities that run on, after *year*."""

    id: ThemeId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class AddPriority(Command[PriorityId]):
    """A priority of the plan."""

    priority: Priority


@dataclass(frozen=True, slots=True)
class ChangePriority(Command[None]):
    """Puts *priority* in the place of the one of that id."""

    id: PriorityId
    priority: Priority


@dataclass(frozen=True, slots=True)
class RemovePriority(Command[None]):
    """Takes out a priority that nothing uses; one in use is ended."""

    id: PriorityId


@dataclass(frozen=True, slots=True)
class EndPriorities(Command[None]):
    """Ends priorities after *year*. *successor* takes them up in the plan that follows; None: nothing does."""

    ids: tuple[PriorityId, ...]
    year: FinancialYear
    successor: PriorityId | None = None


@dataclass(frozen=True, slots=True)
class AdoptThemes(Command[int]):
    """Makes a theme of each text that projects name as their theme and no theme answers to; says how many.

    *titles* are the texts to adopt; None takes all of them.
    """

    titles: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RecordPlanTable(Command["PlanTableRecorded"]):
    """Takes in the themes and priorities of a table."""

    table: ParsedPlanTable


@dataclass(frozen=True, slots=True)
class PlanTableRecorded:
    """What became of each row of a plan table: the numbers of rows, and how many themes were made for them."""

    added: int
    changed: int
    unchanged: int
    left_out: int
    themes: int


@dataclass(frozen=True, slots=True)
class SetShares(Command[None]):
    """Puts *shares* in the place of a project's shares of a split in *year*; none leaves the project to what it names.

    In per cent they add up to 100, in pounds to the project's budget of the year.
    """

    project: ProjectId
    year: FinancialYear
    split: Split
    shares: tuple[ShareGiven, ...]


@dataclass(frozen=True, slots=True)
class CopyShares(Command["SharesCopied"]):
    """Copies the shares of the year before to projects that have none of that split in *year*.

    *projects* None means all.
    """

    year: FinancialYear
    projects: tuple[ProjectId, ...] | None = None


@dataclass(frozen=True, slots=True)
class SharesCopied:
    """What was copied: *sets* of shares; *left_out* says of each other one why it was not."""

    sets: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeProjectDetails(Command[None]):
    """Puts *project* in the place of the one of that id; its reference stays, because papers name it."""

    id: ProjectId
    project: Project


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _overlap(one: Theme | Priority, other: Theme | Priority) -> bool:
    starts_late = one.from_year is not None and other.to_year is not None and other.to_year < one.from_year
    ends_early = one.to_year is not None and other.from_year is not None and one.to_year < other.from_year
    return not (starts_late or ends_early)


def _check(rows: Sequence[Kept[Any]], entry: Theme | Priority, own: int | None, what: str) -> None:
    """Refuses an entry without title, with years in the wrong order, or that is there already in these years."""
    if not entry.title.strip():
        raise ExpectedError("no_name", f"A {what} needs its title.", "Type it as the plan has it.")
    if entry.from_year is not None and entry.to_year is not None and entry.to_year < entry.from_year:
        raise ExpectedError(
            "years_order",
            f"“{entry.title}” ends in {entry.to_year}, before it begins in {entry.from_year}.",
            "Correct the years.",
        )
    name = _folded(named(entry.code, entry.title))
    for kept in rows:
        other = kept.value
        if kept.id != own and _folded(named(other.code, other.title)) == name and _overlap(entry, other):
            years = years_in_words(other.from_year, other.to_year)
            raise ExpectedError(
                "plan_exists",
                f"The {what} “{named(other.code, other.title)}” is in the plan already, in force {years}.",
                "Change that one, or give this one other years.",
            )


def _clean_theme(theme: Theme) -> Theme:
    return replace(
        theme, code=theme.code.strip(), title=" ".join(theme.title.split()), plan=theme.plan.strip()
    )


def _clean_priority(priority: Priority) -> Priority:
    return replace(
        priority,
        code=priority.code.strip(),
        title=" ".join(priority.title.split()),
        owner_group=priority.owner_group.strip(),
        commissioner_priority=priority.commissioner_priority.strip(),
    )


def _shares_of(work: UnitOfWork, split: Split, target: int) -> list[Share]:
    return [
        kept.value for kept in work.shares.all() if kept.value.split is split and kept.value.target == target
    ]


def _refuse_cut_off(work: UnitOfWork, split: Split, target: int, entry: Theme | Priority) -> None:
    """Refuses years that leave out one in which projects already have a share of it."""
    refs = {kept.id: kept.value.ref for kept in work.projects.all()}
    outside = sorted(
        {
            (share.year, refs[share.project])
            for share in _shares_of(work, split, target)
            if (entry.from_year is not None and share.year < entry.from_year)
            or (entry.to_year is not None and share.year > entry.to_year)
        }
    )
    if outside:
        said = ", ".join(f"{ref} in {year}" for year, ref in outside[:5])
        more = f" and {len(outside) - 5:,} more" if len(outside) > 5 else ""
        raise ExpectedError(
            "in_use",
            f"“{named(entry.code, entry.title)}” can't be in force "
            f"{years_in_words(entry.from_year, entry.to_year)} only: {said}{more} "
            f"{'has' if len(outside) == 1 else 'have'} a share of it.",
            "Give these shares to another first, or choose other years.",
        )


def _refuse_in_use(work: UnitOfWork, split: Split, target: int, name: str) -> None:
    shares = _shares_of(work, split, target)
    if not shares:
        return
    years = sorted({share.year for share in shares})
    said = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
    raise ExpectedError(
        "in_use",
        f"“{name}” can't be removed: {count(len({share.project for share in shares}), 'project')} "
        f"served it in {said}.",
        f"End it after {years[-1]} instead: what was reported of those years stays as it is.",
    )


def add_theme(command: AddTheme, tools: Tools) -> Effect[ThemeId]:
    theme = _clean_theme(command.theme)
    name = f"add the theme “{named(theme.code, theme.title)}”"
    with tools.open_work() as work:
        _check(work.themes.all(), theme, None, "theme")
        made = add_all(work, [("themes", theme)])
        work.commit(JournalRecord("AddTheme", name, {}, {"added": plain(made)}))
    return Effect(ThemeId(made[0].id), topics_of(made), name, RemoveRecords(made, name))


def change_theme(command: ChangeTheme, tools: Tools) -> Effect[None]:
    theme = _clean_theme(command.theme)
    with tools.open_work(reading=True) as work:
        before = work.themes.get(command.id).value
        _check(work.themes.all(), theme, command.id, "theme")
        _refuse_cut_off(work, Split.THEME, command.id, theme)
    name = f"change the theme “{named(theme.code, theme.title)}”"
    return change_record(ChangeRecord("themes", command.id, before, theme, name), tools)


def remove_theme(command: RemoveTheme, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        theme = work.themes.get(command.id).value
        title = named(theme.code, theme.title)
        _refuse_in_use(work, Split.THEME, command.id, title)
        under = [kept for kept in work.priorities.all() if kept.value.theme == command.id]
        if under:
            names = ", ".join(f"“{named(kept.value.code, kept.value.title)}”" for kept in under[:5])
            more = f" and {len(under) - 5:,} more" if len(under) > 5 else ""
            raise ExpectedError(
                "in_use",
                f"“{title}” can't be removed: {names}{more} {'stands' if len(under) == 1 else 'stand'} under it.",
                "End it instead, or put these priorities under another theme first.",
            )
        return _carry_out(
            work,
            "RemoveTheme",
            SwapRecords((Record("themes", command.id, theme),), (), (), f"remove the theme “{title}”"),
        )


def _carry_out(work: UnitOfWork, command: str, swapped: SwapRecords) -> Effect[None]:
    """Carries *swapped* out in *work*, journalled as *command*, and commits."""
    for record in reversed(swapped.removed):
        rows = rows_of(work, record.kind)
        rows.remove(rows.get(record.id))
    for entry in swapped.changed:
        rows = rows_of(work, entry.kind)
        rows.replace(rows.get(entry.id), entry.after)
    before, after = plain_swap(swapped)
    work.commit(JournalRecord(command, swapped.name, before, after))
    return Effect(None, topics_of_swap(swapped), swapped.name, swapped.inverse)


def _ended(kept: Kept[Any], kind: str, year: FinancialYear, **more: Any) -> Changed:
    entry = kept.value
    if entry.from_year is not None and entry.from_year > year:
        raise ExpectedError(
            "years_order",
            f"“{named(entry.code, entry.title)}” begins in {entry.from_year}: it can't end after {year}.",
            "Choose a later year, or remove it.",
        )
    return Changed(kind, kept.id, entry, replace(entry, to_year=year, **more))


def end_theme(command: EndTheme, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        kept = work.themes.get(command.id)
        changed = [_ended(kept, "themes", command.year)]
        _refuse_cut_off(work, Split.THEME, command.id, changed[0].after)
        for priority in work.priorities.all():
            runs_on = priority.value.to_year is None or priority.value.to_year > command.year
            if priority.value.theme == command.id and runs_on:
                ended = _ended(priority, "priorities", command.year)
                _refuse_cut_off(work, Split.PRIORITY, priority.id, ended.after)
                changed.append(ended)
        title = named(kept.value.code, kept.value.title)
        name = f"end the theme “{title}” after {command.year}"
        return _carry_out(work, "EndTheme", SwapRecords((), tuple(changed), (), name))


def _check_theme(work: UnitOfWork, priority: Priority) -> None:
    """Refuses a priority under a theme that is in force in none of its years."""
    if priority.theme is None:
        return
    theme = work.themes.get(priority.theme).value
    if not _overlap(theme, priority):
        raise ExpectedError(
            "theme_years",
            f"The theme “{named(theme.code, theme.title)}” is in force "
            f"{years_in_words(theme.from_year, theme.to_year)}, “{priority.title}” "
            f"{years_in_words(priority.from_year, priority.to_year)}.",
            "Choose another theme, or other years.",
        )


def add_priority(command: AddPriority, tools: Tools) -> Effect[PriorityId]:
    priority = _clean_priority(command.priority)
    name = f"add the priority “{named(priority.code, priority.title)}”"
    with tools.open_work() as work:
        _check(work.priorities.all(), priority, None, "priority")
        _check_theme(work, priority)
        made = add_all(work, [("priorities", priority)])
        work.commit(JournalRecord("AddPriority", name, {}, {"added": plain(made)}))
    return Effect(PriorityId(made[0].id), topics_of(made), name, RemoveRecords(made, name))


def change_priority(command: ChangePriority, tools: Tools) -> Effect[None]:
    priority = _clean_priority(command.priority)
    with tools.open_work(reading=True) as work:
        before = work.priorities.get(command.id).value
        _check(work.priorities.all(), priority, command.id, "priority")
        _check_theme(work, priority)
        _refuse_cut_off(work, Split.PRIORITY, command.id, priority)
        _check_successor(work, (command.id,), priority.succeeded_by)
    name = f"change the priority “{named(priority.code, priority.title)}”"
    return change_record(ChangeRecord("priorities", command.id, before, priority, name), tools)


def remove_priority(command: RemovePriority, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        priority = work.priorities.get(command.id).value
        title = named(priority.code, priority.title)
        _refuse_in_use(work, Split.PRIORITY, command.id, title)
        before = [kept for kept in work.priorities.all() if kept.value.succeeded_by == command.id]
        if before:
            names = ", ".join(f"“{named(kept.value.code, kept.value.title)}”" for kept in before)
            raise ExpectedError(
                "in_use",
                f"“{title}” can't be removed: it takes up {names}.",
                "Choose another successor for these first.",
            )
        record = Record("priorities", command.id, priority)
        return _carry_out(
            work, "RemovePriority", SwapRecords((record,), (), (), f"remove the priority “{title}”")
        )


def _check_successor(
    work: UnitOfWork, ids: Sequence[PriorityId], successor: PriorityId | None
) -> Priority | None:
    """The priority that takes up *ids*. Raises ExpectedError when it is one of them, or is taken up by one in turn."""
    if successor is None:
        return None
    found: Priority = work.priorities.get(successor).value
    seen, at = set(ids), successor
    while at not in seen:
        seen.add(at)
        following = work.priorities.get(at).value.succeeded_by
        if following is None:
            return found
        at = following
    raise ExpectedError(
        "succession_circle",
        f"“{named(found.code, found.title)}” can't take it up: in the end it would succeed itself.",
        "Choose a priority of the plan that follows.",
    )


def end_priorities(command: EndPriorities, tools: Tools) -> Effect[None]:
    if not command.ids:
        raise ExpectedError("nothing_chosen", "No priority was chosen.", "Choose the priorities that end.")
    with tools.open_work() as work:
        successor = _check_successor(work, command.ids, command.successor)
        changed = []
        for id in command.ids:
            kept = work.priorities.get(id)
            ended = _ended(kept, "priorities", command.year, succeeded_by=command.successor)
            _refuse_cut_off(work, Split.PRIORITY, id, ended.after)
            changed.append(ended)
        if successor is not None and successor.to_year is not None and successor.to_year <= command.year:
            raise ExpectedError(
                "successor_years",
                f"“{named(successor.code, successor.title)}” ends in {successor.to_year} itself: it can't take up what "
                f"ends after {command.year}.",
                "Choose a priority of the plan that follows.",
            )
        said = (
            f"“{named(changed[0].before.code, changed[0].before.title)}”"
            if len(changed) == 1
            else count(len(changed), "priority", "priorities")
        )
        then = f", taken up by “{named(successor.code, successor.title)}”" if successor is not None else ""
        name = f"end {said} after {command.year}{then}"
        return _carry_out(work, "EndPriorities", SwapRecords((), tuple(changed), (), name))


def adopt_themes(command: AdoptThemes, tools: Tools) -> Effect[int]:
    with tools.open_work() as work:
        wanted = None if command.titles is None else {_folded(title) for title in command.titles}
        found = [each for each in adoptable_themes(work) if wanted is None or _folded(each.title) in wanted]
        if not found:
            raise ExpectedError(
                "nothing_to_adopt",
                "Every theme that projects name is in the plan already.",
                "Add other themes by hand or from a table.",
            )
        made = add_all(work, [("themes", Theme("", each.title)) for each in found])
        name = f"adopt {count(len(made), 'theme')} from the projects"
        work.commit(JournalRecord("AdoptThemes", name, {}, {"added": plain(made)}))
    return Effect(len(made), topics_of(made), name, RemoveRecords(made, name))


def record_plan_table(command: RecordPlanTable, tools: Tools) -> Effect[PlanTableRecorded]:
    table = command.table
    if table.errors:
        more = f" ({len(table.errors) - 1} more like it)" if len(table.errors) > 1 else ""
        raise ExpectedError(
            "plan_findings",
            f"“{table.file}” can't be used: {table.errors[0].text}{more}",
            "Correct the table and read it again; nothing has been recorded.",
        )
    if not table.rows:
        raise ExpectedError(
            "plan_empty", f"“{table.file}” has no themes or priorities.", "Give a table with a row for each."
        )
    name = f"record the plan of “{table.file}”"
    added: list[Record] = []
    changed: dict[tuple[str, int], Changed] = {}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with tools.open_work() as work:

        def put(kind: str, entry: Any, held: Kept[Any] | None) -> tuple[int, str]:
            """Adds *entry*, or puts it in the place of *held*; its id and what became of it."""
            if held is None:
                _check(rows_of(work, kind).all(), entry, None, "theme" if kind == "themes" else "priority")
                added.extend(add_all(work, [(kind, entry)]))
                return added[-1].id, "added"
            if held.value == entry:
                return held.id, "unchanged"
            split = Split.THEME if kind == "themes" else Split.PRIORITY
            _refuse_cut_off(work, split, held.id, entry)
            new = next((at for at, each in enumerate(added) if (each.kind, each.id) == (kind, held.id)), None)
            rows_of(work, kind).replace(held, entry)
            if new is not None:
                added[new] = Record(kind, held.id, entry)
            else:
                first = changed.get((kind, held.id))
                before = first.before if first is not None else held.value
                changed[kind, held.id] = Changed(kind, held.id, before, entry)
            return held.id, "changed"

        for row in table.rows:
            theme_id: ThemeId | None = None
            became = "unchanged"
            if row.theme:
                spans = [each for each in table.rows if _folded(each.theme) == _folded(row.theme)]
                starts = [each.from_year for each in spans]
                ends = [each.to_year for each in spans]
                theme = Theme(
                    row.theme_code,
                    row.theme,
                    row.plan,
                    None if None in starts else min(start for start in starts if start is not None),
                    None if None in ends else max(end for end in ends if end is not None),
                )
                held = next(
                    (
                        kept
                        for kept in work.themes.all()
                        if _folded(kept.value.title) == _folded(row.theme)
                        and (not row.theme_code or kept.value.code in ("", row.theme_code))
                        and _overlap(kept.value, theme)
                    ),
                    None,
                )
                if held is not None and row.title:
                    # A row of a priority names its theme; only a theme's own row says what the theme is.
                    id, became = held.id, "unchanged"
                else:
                    id, became = put("themes", _clean_theme(theme), held)
                theme_id = ThemeId(id)
            if row.title:
                priority = _clean_priority(
                    Priority(
                        row.code,
                        row.title,
                        theme_id,
                        row.from_year,
                        row.to_year,
                        row.owner_group,
                        row.is_cross_cutting,
                        row.commissioner_priority,
                    )
                )
                known = next(
                    (
                        kept
                        for kept in work.priorities.all()
                        if _folded(named(kept.value.code, kept.value.title))
                        == _folded(named(priority.code, priority.title))
                        and (_overlap(kept.value, priority))
                    ),
                    None,
                )
                if known is not None:
                    priority = replace(priority, succeeded_by=known.value.succeeded_by)
                _check_theme(work, priority)
                _, became = put("priorities", priority, known)
            counts[became] += 1
        swapped = SwapRecords((), tuple(changed.values()), tuple(added), name)
        before, after = plain_swap(swapped)
        work.commit(JournalRecord("RecordPlanTable", name, before, {"file": table.file, **after}))
    result = PlanTableRecorded(
        counts["added"],
        counts["changed"],
        counts["unchanged"],
        table.left_out,
        sum(record.kind == "themes" for record in added),
    )
    return Effect(result, topics_of_swap(swapped), name, swapped.inverse)


def set_shares(command: SetShares, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        ref = work.projects.get(command.project).value.ref
        what = f"{ref} by {command.split.value} in {command.year}"
        for share in command.shares:
            rows_of(work, _ROWS[command.split]).get(share.target)
        check_in_force(
            plan_records(work, command.year), command.split, (share.target for share in command.shares)
        )
        budget = project_budget(work, command.project, command.year)
        if any(share.pounds is not None for share in command.shares) and not budget:
            raise ExpectedError(
                "no_budget",
                f"{ref} has no budget in {command.year} to give shares of in pounds.",
                "Give them in per cent, or record its award first.",
            )
        percents = shares_from(command.shares, budget, what)
        removed = tuple(
            Record("shares", kept.id, kept.value)
            for kept in work.shares.all()
            if (kept.value.project, kept.value.year, kept.value.split)
            == (command.project, command.year, command.split)
        )
        if not removed and not percents:
            raise ExpectedError(
                "no_shares",
                f"{ref} has no shares by {command.split.value} in {command.year}.",
                "Give some first.",
            )
        for record in removed:
            work.shares.remove(work.shares.get(record.id))
        added = add_all(
            work,
            [
                ("shares", make_share(command.project, command.year, command.split, share.target, percent))
                for share, percent in zip(command.shares, percents, strict=True)
            ],
        )
        verb = "share" if added else "take the shares off"
        swapped = SwapRecords(removed, (), added, f"{verb} {what}")
        before, after = plain_swap(swapped)
        work.commit(JournalRecord("SetShares", swapped.name, before, after))
    return Effect(None, topics_of_swap(swapped), swapped.name, swapped.inverse)


#: The rows that hold what a share of each split is of.
_ROWS = {Split.THEME: "themes", Split.PRIORITY: "priorities", Split.AREA: "areas"}


def copy_shares(command: CopyShares, tools: Tools) -> Effect[SharesCopied]:
    last = command.year.previous
    with tools.open_work() as work:
        records = plan_records(work, command.year)
        held = {(share.project, share.split) for share in records.shares}
        sets: dict[tuple[ProjectId, Split], list[Share]] = {}
        for kept in work.shares.all():
            share = kept.value
            if share.year == last and (command.projects is None or share.project in command.projects):
                sets.setdefault((share.project, share.split), []).append(share)
        left_out = []
        values: list[tuple[str, Any]] = []
        copied = 0
        for (project, split), shares in sets.items():
            ref = records.projects[project].ref
            if (project, split) in held:
                left_out.append(f"{ref} by {split.value}: it has shares in {command.year} already")
                continue
            gone = [share for share in shares if not records.is_in_force(split, share.target)]
            if gone:
                names = ", ".join(f"“{records.name_of(split, share.target)}”" for share in gone)
                left_out.append(f"{ref} by {split.value}: {names} is not in force in {command.year}")
                continue
            copied += 1
            values += [("shares", replace(share, year=command.year)) for share in shares]
        if not values:
            why = f": {'; '.join(left_out)}" if left_out else f": {last} has none"
            raise ExpectedError(
                "no_shares",
                f"No shares of {last} can be copied{why}.",
                "Give the shares of this year by hand.",
            )
        made = add_all(work, values)
        name = f"copy {count(copied, 'set')} of shares from {last}"
        work.commit(JournalRecord("CopyShares", name, {}, {"added": plain(made)}))
    return Effect(SharesCopied(copied, tuple(left_out)), topics_of(made), name, RemoveRecords(made, name))


def change_project_details(command: ChangeProjectDetails, tools: Tools) -> Effect[None]:
    after = replace(
        command.project,
        name=" ".join(command.project.name.split()),
        description=command.project.description.strip(),
    )
    with tools.open_work(reading=True) as work:
        before = work.projects.get(command.id).value
        if not after.name:
            raise ExpectedError("no_name", "A project needs a name.", "Type it.")
        if after.ref != before.ref:
            raise ExpectedError(
                "ref_stays",
                f"The reference {before.ref} can't become {after.ref}: papers name the project by it.",
                "Keep the reference; the name can change.",
            )
        if after.starts_on is not None and after.ends_on is not None and after.ends_on < after.starts_on:
            raise ExpectedError(
                "days_order",
                f"{before.ref} can't end on {after.ends_on:%d/%m/%Y}, before it starts on {after.starts_on:%d/%m/%Y}.",
                "Correct the days.",
            )
        if after.partner is not None and all(kept.id != after.partner for kept in work.parties.all()):
            raise NotFoundError("body", str(after.partner), "Choose one that the file has.")
    return change_record(
        ChangeRecord("projects", command.id, before, after, f"change the details of {before.ref}"), tools
    )


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddTheme: add_theme,
    ChangeTheme: change_theme,
    RemoveTheme: remove_theme,
    EndTheme: end_theme,
    AddPriority: add_priority,
    ChangePriority: change_priority,
    RemovePriority: remove_priority,
    EndPriorities: end_priorities,
    AdoptThemes: adopt_themes,
    RecordPlanTable: record_plan_table,
    SetShares: set_shares,
    CopyShares: copy_shares,
    ChangeProjectDetails: change_project_details,
}
