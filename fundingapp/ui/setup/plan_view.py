"""The partnership's plan over the years: themes with their priorities, by hand, from a table, or from the projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication

from fundingapp.application.commands.plan import (
    AddPriority,
    AddTheme,
    AdoptThemes,
    ChangePriority,
    ChangeTheme,
    EndPriorities,
    EndTheme,
    PlanTableRecorded,
    RecordPlanTable,
    RemovePriority,
    RemoveTheme,
)
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.plan import PlanSetup, PlanSetupAnswer, ReadPlanTable
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.ids import PriorityId, ThemeId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plan_tables import ParsedPlanTable
from fundingapp.domain.priorities import Priority, Split, Theme, is_in_force, named, years_in_words
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, TextBlock
from fundingapp.ui.noticed import noticed_block
from fundingapp.ui.office import Office
from fundingapp.ui.setup.lists import ListView
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

TABLES = "Tables of themes and priorities (*.csv *.xlsx *.xlsm *.xls *.ods)"
_STEP = "\u2003"


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A theme or a priority as the table shows it in *year*; *uses* counts the shares that projects have of it."""

    kept: Kept[Any]
    is_theme: bool
    depth: int
    year: FinancialYear
    uses: int
    successor: str = ""

    @property
    def of(self) -> Theme | Priority:
        found: Theme | Priority = self.kept.value
        return found

    @property
    def key(self) -> tuple[bool, int]:
        return self.is_theme, self.kept.id

    @property
    def title(self) -> str:
        return named(self.of.code, self.of.title)

    @property
    def state(self) -> str:
        if is_in_force(self.of, self.year):
            return "in force"
        begins = self.of.from_year
        return "to come" if begins is not None and begins > self.year else "ended"

    @property
    def priority(self) -> Priority | None:
        return self.of if isinstance(self.of, Priority) else None


def _owner(row: PlanEntry) -> str:
    return row.priority.owner_group if row.priority is not None else ""


def _commissioner(row: PlanEntry) -> str:
    return row.priority.commissioner_priority if row.priority is not None else ""


COLUMNS = (
    Column[PlanEntry](
        "Theme or priority",
        lambda row: f"{_STEP * 2 * row.depth}{row.title}",
        filter="title",
        width=280,
        stretch=5,
        least=170,
        tip=lambda row: row.title,
    ),
    Column[PlanEntry](
        "What",
        lambda row: (
            "theme"
            if row.is_theme
            else "cross-cutting"
            if row.priority is not None and row.priority.is_cross_cutting
            else "priority"
        ),
        filter="what",
        width=96,
        quiet=True,
    ),
    Column[PlanEntry](
        "Years", lambda row: years_in_words(row.of.from_year, row.of.to_year), filter="years", width=150
    ),
    Column[PlanEntry](
        "State",
        lambda row: row.state,
        pill=lambda row: Tone.GOOD if row.state == "in force" else Tone.NEUTRAL,
        filter="state",
        width=92,
    ),
    Column[PlanEntry](
        "Owner group", _owner, filter="owner", width=120, stretch=2, least=70, tip=_owner, may_hide=True
    ),
    Column[PlanEntry](
        "Commissioner’s priority",
        _commissioner,
        filter="commissioner",
        width=150,
        stretch=2,
        least=80,
        tip=_commissioner,
        may_hide=True,
    ),
    Column[PlanEntry](
        "Taken up by",
        lambda row: row.successor,
        filter="successor",
        width=120,
        stretch=2,
        least=70,
        tip=lambda row: row.successor,
        may_hide=True,
    ),
    Column[PlanEntry](
        "Shares",
        lambda row: f"{row.uses:,}" if row.uses else "–",
        RIGHT,
        width=66,
        order=lambda row: row.uses,
        tip=lambda row: f"{count(row.uses, 'share')} of projects, in all years",
    ),
)


def year_of(text: str) -> FinancialYear | None:
    """The financial year typed; None for nothing. Raises ValueError."""
    return FinancialYear.parse(text) if text.strip() else None


class PlanSetupView(ListView[PlanEntry]):
    """Themes with their priorities below, of all years; the chosen one at the right."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "outcomes",
            "No plan yet",
            "The plan’s themes and priorities, with the years they are in force, say what each pound is for. A table "
            "has a row for each priority: theme, code, title, from, to, owner, commissioner’s priority.",
        )
        empty.add_changes(
            ("Read a table…", self.read_table),
            ("Paste a table", self.paste_table),
            ("Add a theme…", self.add_theme),
            is_read_only=office.is_read_only,
        )
        super().__init__("themes", "Plan", office, COLUMNS, empty)
        self._year = FinancialYear.of(date.today())  # noqa: DTZ011 - until a year is chosen, the user's own
        self._answer: PlanSetupAnswer | None = None
        self.table.accepts_paste = not office.is_read_only
        self.table.pasted.connect(self._pasted)
        self._adopt = button("Adopt themes…", self.adopt, icon="check")
        for made in (
            button("Add a theme…", self.add_theme, icon="plus"),
            button("Add a priority…", self.add_priority, icon="plus"),
            button("Paste a table", self.paste_table, icon="copy"),
            button("Read a table…", self.read_table, icon="import"),
            self._adopt,
        ):
            made.setDisabled(office.is_read_only)
            self.buttons.append(made)

    def key_of(self, row: Any) -> object:
        return row.key

    def show_position(self, answer: PositionAnswer) -> None:
        if answer.position.year != self._year:
            self._year = answer.position.year
            self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.SETUP | Topic.PROJECTS):
            self._ask()

    def _ask(self) -> None:
        self.office.ask("setup.plan", PlanSetup(self._year), self._show, self)

    def _show(self, answer: PlanSetupAnswer) -> None:
        self._answer = answer
        below: dict[int | None, list[Kept[Priority]]] = {}
        for kept in answer.priorities:
            below.setdefault(kept.value.theme, []).append(kept)

        def entries(priorities: Sequence[Kept[Priority]], depth: int) -> list[PlanEntry]:
            return [
                PlanEntry(
                    kept,
                    False,
                    depth,
                    answer.year,
                    answer.used.get((Split.PRIORITY, kept.id), 0),
                    answer.successor(kept.value),
                )
                for kept in priorities
            ]

        rows: list[PlanEntry] = []
        for theme in answer.themes:
            rows.append(PlanEntry(theme, True, 0, answer.year, answer.used.get((Split.THEME, theme.id), 0)))
            rows += entries(below.get(theme.id, []), 1)
        rows += entries(below.get(None, []), 0)
        in_force = answer.in_force
        self.tell(
            f"in force in {answer.year}: {count(len(in_force.themes), 'theme')}, "
            f"{count(in_force.priorities, 'priority', 'priorities')}"
        )
        self._adopt.setVisible(bool(answer.adoptable) and self.isVisible())
        self._adopt.set_text(f"Adopt {count(len(answer.adoptable), 'theme')}…")
        self.card.set_title("Themes and priorities of all years", str(len(rows)))
        self.set_rows(rows, not rows)

    def open_row(self, row: PlanEntry) -> None:
        entry = row.of
        known = [
            ("Years", years_in_words(entry.from_year, entry.to_year)),
            ("State", f"{row.state} in {row.year}"),
        ]
        if isinstance(entry, Priority):
            known += [
                ("Theme", self._answer.theme_name(entry.theme) if self._answer is not None else ""),
                ("Owner group", entry.owner_group),
                ("Commissioner’s priority", entry.commissioner_priority),
                ("Taken up by", row.successor),
            ]
        else:
            known.append(("Plan", entry.plan))
        known.append(("Shares of projects", f"{row.uses:,}" if row.uses else ""))
        blocks: list[Block] = [TextBlock("\n".join(f"{name}: {text}" for name, text in known if text))]
        if not self.office.is_read_only:
            steps = [Step("Change…", partial(self._change, row), True), Step("End…", partial(self._end, row))]
            if not row.uses:
                steps.append(Step("Remove", partial(self._remove, row)))
            blocks.append(StepsBlock(steps))
            chosen = self._chosen_priorities()
            if len(chosen) > 1:
                blocks.append(
                    StepsBlock(
                        [Step(f"End these {len(chosen)} priorities…", partial(self._end_several, chosen))]
                    )
                )
        self.inspect(InspectorPage(row.title, blocks, ("plan", row.key)))

    def _chosen_priorities(self) -> list[PlanEntry]:
        return [
            each for each in self.table.selected_rows() if isinstance(each, PlanEntry) and not each.is_theme
        ]

    # Forms

    def add_theme(self) -> None:
        """Opens the form of a new theme."""
        self.open_form("Add a theme", partial(self._theme_form, None))

    def add_priority(self) -> None:
        """Opens the form of a new priority."""
        self.open_form("Add a priority", partial(self._priority_form, None))

    def _change(self, row: PlanEntry) -> None:
        build = self._theme_form if row.is_theme else self._priority_form
        self.open_form(f"Change {row.title}", partial(build, row), deeper=True)

    def _done(self, key: tuple[bool, int]) -> None:
        self.choose(key)

    def _theme_form(self, row: PlanEntry | None) -> Form:
        before = row.of if row is not None and isinstance(row.of, Theme) else Theme("", "")

        def accept() -> str:
            if not title.text().strip():
                return "A theme needs its title."
            try:
                years = year_of(begins.text()), year_of(ends.text())
            except ValueError:
                return "Type a financial year, for example 2018/19, or nothing."
            after = Theme(code.text(), title.text(), plan.text(), *years)
            if row is None:
                self.office.do(AddTheme(after), "Add the theme", lambda effect: self._added(True, effect))
            else:
                self.office.do(
                    ChangeTheme(ThemeId(row.kept.id), after),
                    "Change the theme",
                    lambda _effect: self._done(row.key),
                )
            return ""

        form = Form("Add the theme" if row is None else "Save", accept, self.close_panel)
        title = form.text("Title", before.title, "for example Making communities safer")
        code = form.text("Number or code", before.code, "1, A, ii: as the plan has it")
        plan = form.text("Plan", before.plan, "for example Community Safety Plan 2017/20")
        begins = form.text("First year", str(before.from_year or ""), "empty: in every year before")
        ends = form.text("Last year", str(before.to_year or ""), "empty: it goes on")
        return form

    def _priority_form(self, row: PlanEntry | None) -> Form:
        before = row.of if row is not None and isinstance(row.of, Priority) else Priority("", "")
        answer = self._answer

        def accept() -> str:
            if not title.text().strip():
                return "A priority needs its title."
            try:
                years = year_of(begins.text()), year_of(ends.text())
            except ValueError:
                return "Type a financial year, for example 2018/19, or nothing."
            after = replace(
                before,
                code=code.text(),
                title=title.text(),
                theme=ThemeId(theme.key) if isinstance(theme.key, int) else None,
                from_year=years[0],
                to_year=years[1],
                owner_group=owner.text(),
                is_cross_cutting=cross.key is True,
                commissioner_priority=commissioner.text(),
            )
            if row is None:
                self.office.do(
                    AddPriority(after), "Add the priority", lambda effect: self._added(False, effect)
                )
            else:
                self.office.do(
                    ChangePriority(PriorityId(row.kept.id), after),
                    "Change the priority",
                    lambda _effect: self._done(row.key),
                )
            return ""

        form = Form("Add the priority" if row is None else "Save", accept, self.close_panel)
        title = form.text("Title", before.title, "for example Reduce burglary")
        code = form.text("Number or code", before.code, "4, B, iv: as the plan has it")
        themes = [
            Option(kept.id, named(kept.value.code, kept.value.title))
            for kept in (answer.themes if answer is not None else ())
        ]
        theme = form.choice("Theme", [Option(None, "no theme"), *themes], before.theme)
        begins = form.text("First year", str(before.from_year or ""), "empty: in every year before")
        ends = form.text("Last year", str(before.to_year or ""), "empty: it goes on")
        owner = form.text("Owner group", before.owner_group, "the sub-group that answers for it")
        commissioner = form.text(
            "Commissioner’s priority", before.commissioner_priority, "what it serves in their plan"
        )
        cross = form.choice(
            "Cuts across the others",
            [Option(False, "no"), Option(True, "yes, cross-cutting")],
            before.is_cross_cutting,
        )
        return form

    def _added(self, is_theme: bool, effect: Effect[Any]) -> None:
        self._shown = (is_theme, int(effect.result))
        self._ask()

    def _end(self, row: PlanEntry) -> None:
        if row.is_theme:
            self.open_form(f"End {row.title}", partial(self._end_theme_form, row), deeper=True)
        else:
            self._end_several([row])

    def _end_theme_form(self, row: PlanEntry) -> Form:
        def accept() -> str:
            try:
                year = year_of(last.text())
            except ValueError:
                year = None
            if year is None:
                return "Type its last financial year, for example 2018/19."
            self.office.do(
                EndTheme(ThemeId(row.kept.id), year), "End the theme", lambda _effect: self._done(row.key)
            )
            return ""

        form = Form("End it", accept, self.close_panel)
        last = form.text("Last year", str(self._year), "for example 2018/19")
        form.note("Its priorities that run on end with it; what was reported of earlier years stays.")
        return form

    def _end_several(self, rows: Sequence[PlanEntry]) -> None:
        what = rows[0].title if len(rows) == 1 else f"{len(rows)} priorities"
        self.open_form(f"End {what}", partial(self._end_form, tuple(rows)), deeper=True)

    def _end_form(self, rows: Sequence[PlanEntry]) -> Form:
        ids = tuple(PriorityId(row.kept.id) for row in rows)

        def accept() -> str:
            try:
                year = year_of(last.text())
            except ValueError:
                year = None
            if year is None:
                return "Type the last financial year, for example 2018/19."
            taken = PriorityId(successor.key) if isinstance(successor.key, int) else None
            self.office.do(
                EndPriorities(ids, year, taken),
                "End the priority" if len(ids) == 1 else "End the priorities",
                lambda _effect: self._done(rows[0].key),
            )
            return ""

        form = Form("End it" if len(ids) == 1 else "End them", accept, self.close_panel)
        last = form.text("Last year", str(self._year), "for example 2018/19")
        others = [
            Option(kept.id, named(kept.value.code, kept.value.title))
            for kept in (self._answer.priorities if self._answer is not None else ())
            if kept.id not in ids
        ]
        before = rows[0].priority.succeeded_by if rows[0].priority is not None else None
        successor = form.choice("Taken up by", [Option(None, "no priority"), *others], before)
        form.note("What was reported of earlier years stays as it is.")
        return form

    def _remove(self, row: PlanEntry) -> None:
        command = (
            RemoveTheme(ThemeId(row.kept.id)) if row.is_theme else RemovePriority(PriorityId(row.kept.id))
        )
        what = "theme" if row.is_theme else "priority"
        self.office.do(command, f"Remove the {what}", lambda _effect: self.close_panel())

    # Tables

    def adopt(self) -> None:
        """Shows which themes projects name that the plan does not have."""
        if self._answer is None or not self._answer.adoptable:
            return
        found = self._answer.adoptable
        blocks: list[Block] = [
            TextBlock(
                "Projects name these themes, and the plan has none of that name. Adopted, each is in force in every "
                "year until you say otherwise, and its projects’ budgets count as its own."
            ),
            *(TextBlock(", ".join(each.refs), each.title) for each in found),
            StepsBlock([Step(f"Adopt {count(len(found), 'theme')}", self._adopt_all, True)]),
        ]
        self.inspect(InspectorPage("Adopt themes", blocks, ("plan", "adopt")))

    def _adopt_all(self) -> None:
        self.office.do(AdoptThemes(), "Adopt themes", lambda _effect: self.close_panel())

    def read_table(self) -> None:
        """Asks for a file with the plan and shows what is in it."""
        path = self.office.files.to_open(self, "Read a plan", TABLES)
        if path is not None:
            self._read(ReadPlanTable(path), path)

    def paste_table(self) -> None:
        """Shows what is in the table that was copied."""
        self._read_text(QGuiApplication.clipboard().text())

    def _pasted(self, cells: object) -> None:
        if isinstance(cells, list):
            self._read_text("\n".join("\t".join(row) for row in cells))

    def _read_text(self, text: str) -> None:
        if not text.strip():
            self.say(
                Message(
                    "Nothing was copied that could be pasted.",
                    "Copy the plan in your spreadsheet with its headings, then paste it here.",
                    Tone.ATTENTION,
                )
            )
            return
        self._read(ReadPlanTable(text=text), None)

    def _read(self, question: ReadPlanTable, path: Path | None) -> None:
        desk = self.office.desk
        name = path.name if path is not None else "what was pasted"
        self.office.work(f"Read {name}", lambda _progress: desk.ask(question), self._review)

    def _review(self, parsed: object) -> None:
        if not isinstance(parsed, ParsedPlanTable):
            return
        priorities = [row for row in parsed.rows if row.title]
        themes = {row.theme.casefold() for row in parsed.rows if row.theme}
        said = [
            f"{count(len(priorities), 'priority', 'priorities')} under {count(len(themes), 'theme')}.",
            f"{count(parsed.left_out, 'empty row')} left out." if parsed.left_out else "",
        ]
        blocks: list[Block] = [TextBlock(" ".join(filter(None, said)), parsed.file)]
        if parsed.findings:
            blocks.append(noticed_block(parsed.findings))
        if parsed.errors or not parsed.rows:
            blocks.append(TextBlock("Correct the table and read it again; nothing has been recorded."))
        else:
            shown = "\n".join(
                f"{named(row.code, row.title) or row.theme} · {years_in_words(row.from_year, row.to_year)}"
                for row in parsed.rows
            )
            blocks.append(TextBlock(shown, "What will be recorded"))
            blocks.append(StepsBlock([Step("Record the plan", partial(self._record, parsed), True)]))
        self.inspect(InspectorPage("A plan", blocks, ("plan", parsed.file)))

    def _record(self, parsed: ParsedPlanTable) -> None:
        self.office.do(RecordPlanTable(parsed), "Record the plan", self._recorded)

    def _recorded(self, effect: Effect[PlanTableRecorded]) -> None:
        made = effect.result
        self.close_panel()
        rows = [
            (made.added, "added"),
            (made.changed, "changed"),
            (made.unchanged, "there already"),
            (made.left_out, "empty"),
        ]
        said = ", ".join(f"{number:,} {what}" for number, what in rows if number)
        self.say(Message(f"Of the table’s rows: {said}. {count(made.themes, 'new theme')}.", "", Tone.GOOD))
