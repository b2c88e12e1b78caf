"""The partnership's places by all their names: one by one, from a list, or pasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication

from fundingapp.application.commands.areas import AddArea, AddAreas, AreasAdded, ChangeArea, RemoveArea
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.areas import AllPlaces, PlaceAnswer, ReadPlaces
from fundingapp.application.wording import count
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import AreaId
from fundingapp.domain.places import ParsedPlaces, pasted_places
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import Block, CheckBlock, InspectorPage, Step, StepsBlock, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.setup.lists import ListView, in_days, listed, wrong_day
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

LISTS = "Lists of places (*.csv *.xlsx *.xlsm *.xls *.ods)"
#: One step to the right for each place that a place lies in.
_STEP = "\u2003"
_FEW = 12

COLUMNS = (
    Column[PlaceAnswer](
        "Place",
        lambda row: f"{_STEP * 2 * row.depth}{row.kept.value.name}",
        filter="name",
        width=240,
        stretch=3,
        least=150,
        tip=lambda row: f"{row.kept.value.name}\nin {row.parent}" if row.parent else row.kept.value.name,
    ),
    Column[PlaceAnswer]("Kind", lambda row: row.kept.value.kind.value, filter="kind", width=100),
    Column[PlaceAnswer]("Code", lambda row: row.kept.value.code, filter="code", width=110),
    Column[PlaceAnswer](
        "Also called",
        lambda row: "; ".join(row.kept.value.aliases),
        filter="aliases",
        width=260,
        stretch=4,
        least=120,
        tip=lambda row: "\n".join(row.kept.value.aliases),
    ),
    Column[PlaceAnswer]("From", lambda row: in_days(row.kept.value.valid_from), width=92, extra=True),
    Column[PlaceAnswer]("To", lambda row: in_days(row.kept.value.valid_to), width=92, extra=True),
)


class PlacesView(ListView[PlaceAnswer]):
    """Each place below the one that it lies in; the chosen one at the right."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "outcomes",
            "No places yet",
            "Districts, wards and beats, each with every name that papers give it: N65, NL65, Beat 65 and Loughborough "
            "East are then one place. With districts the window can be filtered by them. A list has a row for each "
            "place: name, kind, code, the place it lies in, other names with semicolons between.",
        )
        empty.add_changes(
            ("Read a list…", self.read_list),
            ("Paste a list", self.paste_list),
            ("Add a place…", self.add),
            is_read_only=office.is_read_only,
        )
        super().__init__("places", "Places", office, COLUMNS, empty)
        self._answers: tuple[PlaceAnswer, ...] = ()
        self.table.accepts_paste = not office.is_read_only
        self.table.pasted.connect(self._pasted)
        for text, do, icon in (
            ("Add a place…", self.add, "plus"),
            ("Paste a list", self.paste_list, "copy"),
            ("Read a list…", self.read_list, "import"),
        ):
            made = button(text, do, icon=icon)
            made.setDisabled(office.is_read_only)
            self.buttons.append(made)

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.SETUP | Topic.PROJECTS):
            self.office.ask("setup.places", AllPlaces(), self._show, self)

    def _show(self, answers: tuple[PlaceAnswer, ...]) -> None:
        self._answers = answers
        kinds = [
            count(number, kind.value)
            for kind in AreaKind
            if (number := sum(each.kept.value.kind is kind for each in answers))
        ]
        self.tell(", ".join(kinds))
        self.card.set_title("Places", str(len(answers)))
        self.set_rows(answers, not answers)

    def open_row(self, row: PlaceAnswer) -> None:
        place = row.kept.value
        known = [
            ("Kind", place.kind.value),
            ("Code", place.code),
            ("Lies in", row.parent),
            ("From", in_days(place.valid_from) if place.valid_from else ""),
            ("To", in_days(place.valid_to) if place.valid_to else ""),
        ]
        blocks: list[Block] = [TextBlock("\n".join(f"{name}: {text}" for name, text in known if text))]
        if place.aliases:
            blocks.append(TextBlock("\n".join(place.aliases), "Also called"))
        if row.uses:
            blocks.append(TextBlock("\n".join(row.uses), "What rests on it"))
        if not self.office.is_read_only:
            steps = [Step("Change…", partial(self._change, row), True)]
            if not row.uses:
                steps.append(Step("Remove", partial(self._remove, row)))
            blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(place.name, blocks, ("place", row.kept.id)))

    def add(self) -> None:
        """Opens the form of a new place."""
        self.open_form("Add a place", partial(self._form, None))

    def _change(self, row: PlaceAnswer) -> None:
        self.open_form(f"Change {row.kept.value.name}", partial(self._form, row), deeper=True)

    def _remove(self, row: PlaceAnswer) -> None:
        self.office.do(
            RemoveArea(AreaId(row.kept.id)),
            f"Remove {row.kept.value.name}",
            lambda _effect: self.close_panel(),
        )

    def _form(self, row: PlaceAnswer | None) -> Form:
        before = row.kept.value if row is not None else Area("", AreaKind.BEAT)

        def accept() -> str:
            wrong = wrong_day(begins, ends)
            if not name.text().strip() or wrong:
                return wrong or "A place needs a name."
            after = replace(
                before,
                name=name.text(),
                kind=AreaKind(kind.key),
                code=code.text(),
                parent=AreaId(parent.key) if isinstance(parent.key, int) else None,
                aliases=listed(aliases.text()),
                valid_from=begins.day,
                valid_to=ends.day,
            )
            if row is None:
                self.office.do(AddArea(after), f"Add {after.name}", self._added)
            else:
                self.office.do(
                    ChangeArea(AreaId(row.kept.id), before, after),
                    f"Change {after.name}",
                    lambda _effect: self.choose(row.kept.id),
                )
            return ""

        form = Form("Add the place" if row is None else "Save", accept, self.close_panel)
        name = form.text("Name", before.name, "for example Loughborough East")
        kind = form.choice("Kind", [Option(each.value, each.value) for each in AreaKind], before.kind.value)
        code = form.text("Code", before.code, "ONS or police, for example E07000130 or NL65")
        others = [
            Option(each.kept.id, f"{_STEP * 2 * each.depth}{each.kept.value.name}")
            for each in self._answers
            if row is None or each.kept.id != row.kept.id
        ]
        parent = form.choice("Lies in", [Option(None, "no other place"), *others], before.parent)
        aliases = form.text("Also called", "; ".join(before.aliases), "N65; Beat 65; Bell Foundry")
        begins = form.day("First day, if known", before.valid_from)
        ends = form.day("Last day, if it has ended", before.valid_to)
        return form

    def _added(self, effect: Any) -> None:
        self._shown = effect.result
        self.refresh(Topic.SETUP)

    # Lists

    def read_list(self) -> None:
        """Asks for a file with a list of places and shows what is in it."""
        path = self.office.files.to_open(self, "Read a list of places", LISTS)
        if path is not None:
            self._read(path)

    def _read(self, path: Path) -> None:
        desk = self.office.desk
        self.office.work(
            f"Read {path.name}",
            lambda progress: desk.ask(ReadPlaces(path), progress),
            partial(self._show_list, path.name),
        )

    def paste_list(self) -> None:
        """Takes the list that was copied from a spreadsheet."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self.say(
                Message(
                    "Nothing was copied.",
                    "Copy the list in the spreadsheet, name first, then press Paste a list again.",
                )
            )
            return
        self._pasted([line.split("\t") for line in text.splitlines()])

    def _pasted(self, cells: object) -> None:
        if isinstance(cells, list) and not self.office.is_read_only:
            self._show_list("what was pasted", pasted_places(cells))

    def _show_list(self, name: str, parsed: ParsedPlaces) -> None:
        said = f"{count(parsed.rows, 'row')}: {count(len(parsed.places), 'place')}"
        if parsed.empty:
            said += f", {count(parsed.empty, 'empty row')}"
        if parsed.errors:
            said += f", {count(len(parsed.errors), 'row')} that can't be taken"
        blocks: list[Block] = [TextBlock(f"{said}. Nothing is kept yet.")]
        if parsed.findings:
            blocks.append(
                CheckBlock(
                    [
                        (
                            each.severity.value,
                            Tone.BAD if each.severity is Severity.ERROR else Tone.ATTENTION,
                            each.text,
                        )
                        for each in parsed.findings[:_FEW]
                    ],
                    "To put right first",
                )
            )
        if parsed.places:
            blocks.append(TextBlock(_sample(parsed), "What it holds"))
        if parsed.places and not parsed.errors:
            words = f"Add {count(len(parsed.places), 'place')}"
            blocks.append(StepsBlock([Step(words, partial(self._take, name, parsed), True)]))
        self._shown = None
        self.inspect(InspectorPage(f"Places from {name}", blocks, ("places", name)))

    def _take(self, name: str, parsed: ParsedPlaces) -> None:
        def done(effect: Effect[AreasAdded]) -> None:
            made = effect.result
            self.close_panel()
            self.say(
                Message(
                    f"{count(made.added, 'place')} added, {made.changed:,} given more, {made.unchanged:,} were as they "
                    "are already.",
                    "",
                    Tone.GOOD,
                )
            )

        self.office.do(AddAreas(parsed, name), f"Add places from {name}", done)


def _sample(parsed: ParsedPlaces) -> str:
    def line(at: int) -> str:
        place = parsed.places[at]
        also = f" ({'; '.join(place.aliases)})" if place.aliases else ""
        return f"{place.name}, {place.kind.value}{also}"

    shown: Sequence[str] = [line(at) for at in range(min(_FEW, len(parsed.places)))]
    more = len(parsed.places) - len(shown)
    return "\n".join([*shown, f"and {more:,} more"] if more else shown)
