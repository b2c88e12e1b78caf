"""What a file of figures holds and what taking it in would do, before anything is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.commands.figure_imports import ImportFigures
from fundingapp.application.queries.figure_previews import FigurePreview
from fundingapp.application.wording import count
from fundingapp.domain.changes import Days
from fundingapp.domain.figure_files.contents import RowIs
from fundingapp.domain.figure_files.days import in_words, read_days
from fundingapp.domain.figure_files.plan import FigureChoices, IndicatorChoice, PlaceChoice, Standing
from fundingapp.domain.figure_files.reading import READERS
from fundingapp.domain.figure_imports import FigureLayout
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId
from fundingapp.domain.personal_data import in_words as personal_data_in_words
from fundingapp.ui.noticed import FINDING_COLUMNS, worst_first
from fundingapp.ui.outcomes.import_columns import (
    CHANGED_COLUMNS,
    FIGURE_COLUMNS,
    LABEL_COLUMNS,
    LEFT_COLUMNS,
    PLACE_COLUMNS,
    FigureRow,
    LabelRow,
    PlaceRow,
    indicator_name,
    label_rows,
    place_rows,
)
from fundingapp.ui.settings import Settings
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.pill import Pill
from fundingapp.ui.widgets.segmented import Segmented

_LOOK = "Nothing is kept yet: look it through, then import it."
#: Nothing is chosen: the program tells it by the headings.
_BY_HEADINGS = "by its headings"


class FigureReview(SubView):
    """The review of one file of figures; nothing is kept before Import is pressed.

    Every choice is shown at once with what it changes: *choices_changed* asks for it, :meth:`show_preview` brings it.
    """

    import_requested = Signal(object)  # ImportFigures
    choices_changed = Signal(object)  # FigureChoices
    layout_requested = Signal(object)  # FigureLayout, or None for what the headings tell
    place_wanted = Signal(object)  # PlaceSeen: to be added to our places
    table_requested = Signal(object)  # the sheet and the part of another table
    stop_requested = Signal()  # what runs is to stop; nothing of it is kept

    def __init__(
        self,
        preview: FigurePreview,
        settings: Settings,
        layout: FigureLayout | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(f"Import {preview.read.file.name}", parent)
        self.preview = preview
        self._settings = settings
        self._busy = False
        self._filling = False
        self._cancel = button("Cancel", self.go_back)
        self._import = primary_button("Import", self._ask_import)
        self.head.add(self._cancel)
        self.head.add(self._import)
        self._known = label("", "second", wrap=True)
        self._known_row = _note(Pill("imported already", Tone.ATTENTION), self._known)
        self.again = QCheckBox("Take it in again")
        self._known_row.layout().addWidget(self.again)  # type: ignore[union-attr]  # it has one: _note made it
        self.body.addWidget(self._known_row)
        cards = QHBoxLayout()
        cards.setSpacing(3 * STEP)
        for card in (self._file_card(layout), self._effect_card(), self._choices_card()):
            cards.addWidget(card, 3)
        self.body.addLayout(cards)
        self.body.addWidget(self._details_card(), 1)
        for box in (
            self.again,
            self.as_table,
            self.everything,
            self.leave_repeats,
            self.replace_table,
            self.skip_unreadable,
        ):
            box.toggled.connect(lambda _on: self._changed())
        self.name.editingFinished.connect(self._changed)
        self.show_preview(preview)
        self._detail.choose(self._first_part())
        for key in ("places", "labels"):
            # The buttons below are about the row of the cursor, so there is one from the beginning.
            if self._models[key].rows:
                self._tables[key].select_key(self._models[key].key_at(0))

    # Layout

    def _file_card(self, layout: FigureLayout | None) -> Card:
        card = Card("What the file is")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.layout_choice = DropDown("Read as")
        options = [Option(None, _BY_HEADINGS), *(Option(each, each.value) for each in READERS)]
        self.layout_choice.set_options(options, layout)
        self.layout_choice.activated.connect(lambda _at: self.layout_requested.emit(self.layout_choice.key))
        self._read_as = label("", "strong", wrap=True)
        self._title = label("", "second", wrap=True)
        self._period_shown = label("", "strong")
        self.as_at = DayField("Taken from its source on", "31/03/2019, or empty")
        self.as_at.setToolTip(
            "Figures for the same days may differ by the day on which their source was read"
        )
        self.as_at.editingFinished.connect(self._changed)
        self.as_at.textEdited.connect(lambda _text: self._show_state())
        self._periods = QGridLayout()
        self._periods.setHorizontalSpacing(8)
        self._periods.setVerticalSpacing(4)
        self._periods.setColumnStretch(1, 1)
        self.periods: dict[str, QLineEdit] = {}
        self._proposed = button("Take what is proposed", self.take_proposed)
        self.tables = DropDown("Table of the file")
        self.tables.activated.connect(self._table_chosen)
        rows = (
            ("It is", self._read_as),
            ("Read as", self.layout_choice),
            ("Table", self.tables),
            ("Period", self._period_shown),
            ("Taken from its source on", self.as_at),
        )
        for at, (words, widget) in enumerate(rows):
            said = label(words, "second")
            if widget is self.tables:
                # The names of tables are long, and told apart by their ends.
                self._tables_label = said
                both = QVBoxLayout()
                both.setSpacing(3)
                both.addWidget(said)
                both.addWidget(widget)
                self._grid.addLayout(both, at, 0, 1, 2)
                continue
            self._grid.addWidget(said, at, 0)
            self._grid.addWidget(widget, at, 1)
        self._grid.addLayout(self._periods, len(rows), 0, 1, 2)
        self._grid.addWidget(self._proposed, len(rows) + 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._title, len(rows) + 2, 0, 1, 2)
        card.add_padded(self._grid)
        card.add_stretch()
        return card

    def _effect_card(self) -> Card:
        card = Card("What the import will do")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        self._figures: dict[str, tuple[QWidget, Any]] = {}
        for at, words in enumerate(
            (
                "Rows read",
                "= kept",
                "+ skipped, each with its reason",
                "Counts for the table",
                "Figures of indicators: new",
                "as they are held already",
                "that differ from what is held",
                "that can’t stand beside it",
            )
        ):
            said, figure = label(words, "second"), label("", "strong")
            grid.addWidget(said, at, 0)
            grid.addWidget(figure, at, 1, Qt.AlignmentFlag.AlignRight)
            self._figures[words] = (said, figure)
        self._verdict = Pill()
        grid.addWidget(self._verdict, grid.rowCount(), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        card.add_padded(grid)
        card.add_stretch()
        return card

    def _choices_card(self) -> Card:
        card = Card("Before you import")
        column = QVBoxLayout()
        column.setSpacing(6)
        self.as_table = QCheckBox("Keep it as a table of counts, called")
        self.as_table.setChecked(True)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the table")
        self.everything = QCheckBox("Take the rows of every place, not only ours")
        self.leave_repeats = QCheckBox("")
        self.replace_table = QCheckBox("")
        self._unreadable = label("", "error", wrap=True)
        self.skip_unreadable = QCheckBox("Skip these rows, with their reasons")
        self._warned = label("", "second", wrap=True)
        self._warned_row = _note(Pill("check", Tone.ATTENTION), self._warned)
        self._personal = label("", "error", wrap=True)
        self._private = label(
            "Of single crimes only the counts are kept, with the file’s name and hash: no numbers of crimes, no places "
            "on the map, and not the file.",
            "note",
            wrap=True,
        )
        for widget in (
            self.as_table,
            self.name,
            self.replace_table,
            self.everything,
            self.leave_repeats,
            self._unreadable,
            self.skip_unreadable,
            self._warned_row,
            self._personal,
            self._private,
        ):
            column.addWidget(widget)
        card.add_padded(column)
        card.add_stretch()
        return card

    def _details_card(self) -> Card:
        self._details = QStackedWidget()
        self._tables: dict[str, TableView] = {}
        self._models: dict[str, ListTableModel[Any]] = {}
        self.place = DropDown("Means the place")
        self.remember = QCheckBox("Remember this name")
        self.remember.setChecked(True)
        self._means = button("It means this place", self.settle_places)
        self._add = button("Add to our places", self.add_place, tip="It becomes a place of the partnership")
        self.indicator = DropDown("Goes to the indicator")
        self._goes = button("Its figures go there", self.settle_labels)
        self._to_none = button("To no indicator", self.leave_labels)
        self._no_indicators = label(
            "There are no indicators yet: add them under Indicators, then their figures can come in here.",
            "note",
        )
        self._details.addWidget(
            self._page(
                "places",
                "Places of the file",
                PLACE_COLUMNS,
                lambda row: row.seen.name,
                (
                    self.place,
                    self._means,
                    self.remember,
                    self._add,
                    button("Take along", lambda: self._say_of_places(take=True)),
                    button("Leave out", lambda: self._say_of_places(take=False)),
                ),
            )
        )
        self._details.addWidget(
            self._page(
                "labels",
                "Indicators of the file",
                LABEL_COLUMNS,
                lambda row: row.key,
                (
                    self.indicator,
                    self._goes,
                    self._to_none,
                    self._no_indicators,
                ),
            )
        )
        self._details.addWidget(
            self._page(
                "figures",
                "Figures of the file",
                FIGURE_COLUMNS,
                lambda row: row.key,
                (
                    button("Take the new", lambda: self.decide_selected(True)),
                    button("Keep the held", lambda: self.decide_selected(False)),
                    label("for the selected figures that differ; Enter turns one over.", "note"),
                ),
            )
        )
        for key, name, columns in (
            ("changed", "Counts that an earlier table has otherwise", CHANGED_COLUMNS),
            ("left", "Skipped rows", LEFT_COLUMNS),
            ("findings", "What was noticed", FINDING_COLUMNS),
        ):
            self._details.addWidget(self._page(key, name, columns, None, ()))
        self._tables["places"].current_row_changed.connect(self._place_shown)
        self._tables["labels"].current_row_changed.connect(self._label_shown)
        self._tables["figures"].row_activated.connect(self._turn_over)
        self._tables["places"].row_activated.connect(lambda _row: self.place.setFocus())
        self._tables["labels"].row_activated.connect(lambda _row: self.indicator.setFocus())
        self._detail = Segmented("What to look at")
        self._detail.chosen.connect(self._part_chosen)
        row = QHBoxLayout()
        row.addWidget(self._detail)
        row.addStretch(1)
        card = Card()
        card.add_padded(row)
        card.add(self._details, 1)
        card.setMinimumHeight(230)
        return card

    def _page(
        self,
        key: str,
        name: str,
        columns: Sequence[Column[Any]],
        key_of: Callable[[Any], object] | None,
        below: Sequence[QWidget],
    ) -> QWidget:
        table = TableView(name, f"outcomes.import.{key}", self._settings)
        model = ListTableModel(columns, key_of, table) if key_of else ListTableModel(columns, parent=table)
        table.set_model(model)
        self._tables[key], self._models[key] = table, model
        if not below:
            return table
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(table, 1)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 10)
        row.setSpacing(8)
        for widget in below:
            row.addWidget(widget, 1 if isinstance(widget, DropDown) else 0)
        row.addStretch(1)
        column.addLayout(row)
        return page

    # What is shown

    def table(self, key: str) -> TableView:
        """One of the tables below the cards: places, labels, figures, changed, left or findings."""
        return self._tables[key]

    @property
    def import_button(self) -> Button:
        return self._import

    @property
    def choices(self) -> FigureChoices:
        return self.preview.choices

    def show_preview(self, preview: FigurePreview) -> None:
        """Shows what the import would do now; what the user stands on stays where it is."""
        self.preview = preview
        self._filling = True
        file, plan, choices = preview.read.file, preview.plan, preview.choices
        self._known_row.setVisible(bool(preview.same_as))
        self._known.setText(f"This very file was {preview.same_as}.")
        self.again.setChecked(choices.again)
        self._show_file()
        self._show_effect()
        is_grid = file.layout is FigureLayout.GRID
        for widget in (self.as_table, self.name):
            widget.setVisible(not is_grid)
        self.everything.setVisible(file.layout in (FigureLayout.PARTNERSHIPS, FigureLayout.STREET))
        self.as_table.setChecked(choices.as_table)
        if not self.as_at.hasFocus():
            self.as_at.set_day(choices.as_at)
        if not self.name.hasFocus():
            self.name.setText(choices.table_name or file.title or file.name)
            self.name.setCursorPosition(0)
        self.name.setEnabled(choices.as_table)
        self.everything.setChecked(choices.everything)
        repeats = sum(bool(row.repeats) for row in file.rows)
        self.leave_repeats.setVisible(bool(repeats))
        self.leave_repeats.setText(f"Leave {count(repeats, 'repeated crime')} out")
        self.leave_repeats.setChecked(choices.leave_repeats)
        self.replace_table.setVisible(plan.earlier is not None)
        if plan.earlier is not None:
            name = plan.earlier.name
            shown = name if len(name) <= 40 else f"{name[:39]}…"
            self.replace_table.setText(f"It takes the place of “{shown}”")
            self.replace_table.setToolTip(name)
        self.replace_table.setChecked(choices.replace_table)
        unreadable = sum(finding.severity is Severity.ERROR for finding in file.findings)
        self._unreadable.setText(
            f"{unreadable:,} {'row' if unreadable == 1 else 'rows'} can’t be read: see Noticed."
        )
        self._unreadable.setVisible(bool(unreadable))
        self.skip_unreadable.setVisible(bool(unreadable))
        self.skip_unreadable.setChecked(choices.skip_unreadable)
        warned = sum(finding.severity is Severity.WARNING for finding in file.findings)
        self._warned.setText(f"{count(warned, 'thing')} to look at: see Noticed.")
        self._warned_row.setVisible(bool(warned))
        self._private.setVisible(file.crimes)
        self._personal.setText(f"This looks like personal data: {personal_data_in_words(file.clues)}.")
        self._personal.setVisible(bool(file.clues))
        self._fill_tables()
        self._filling = False
        self._show_state()

    def _show_file(self) -> None:
        file = self.preview.read.file
        self._read_as.setText(file.layout.value)
        about = [
            file.title,
            f"Source: {file.publisher}" if file.publisher else "",
            f"{count(len(file.files), 'file')}, read together" if file.files else "",
        ]
        self._title.setText("\n".join(filter(None, about)))
        unsaid = "to be said" if self.preview.periods else "not said in the file"
        self._period_shown.setText(in_words(file.days) if file.days is not None else unsaid)
        self._show_periods()
        several = len(file.tables) > 1
        self.tables.setVisible(several)
        self._tables_label.setVisible(several)
        if several:
            taken = self.preview.taken
            options = [
                Option(
                    (each.sheet, each.part),
                    f"{each.in_words}{' ✓ imported' if (each.sheet, each.part) in taken else ''}",
                )
                for each in file.tables
            ]
            self.tables.set_options(options, (file.sheet, file.part))
            self._tables_label.setText(f"{len(file.tables):,} tables, each imported by itself; this is")

    def _show_periods(self) -> None:
        """A field for each heading whose days a person has to say; those that are there stay as they are typed."""
        for at, each in enumerate(self.preview.periods):
            if each.text in self.periods:
                continue
            field = QLineEdit()
            field.setAccessibleName(f"Days of {each.text}" if each.text else "Period of the figures")
            proposal = (
                f"perhaps {in_words(each.days)}" if each.days is not None else "such as 2018/19 or Q1 2018/19"
            )
            field.setPlaceholderText(proposal)
            field.setToolTip(each.why)
            field.editingFinished.connect(self._changed)
            self.periods[each.text] = field
            said = label(each.text or "of the figures", "second")
            self._periods.addWidget(said, at, 0)
            self._periods.addWidget(field, at, 1)
        self._proposed.setVisible(any(each.days is not None for each in self.preview.periods))

    def take_proposed(self) -> None:
        """The days that are proposed are the right ones."""
        for each in self.preview.periods:
            field = self.periods[each.text]
            if each.days is not None and not field.text().strip():
                field.setText(in_words(each.days))
        self._changed()

    def _show_effect(self) -> None:
        plan = self.preview.plan
        tally = dict.fromkeys(Standing, 0)
        for each in plan.figures:
            tally[each.standing] += 1
        is_grid = self.preview.read.file.layout is FigureLayout.GRID
        shown = {
            "Rows read": (plan.read, True),
            "= kept": (plan.kept, True),
            "+ skipped, each with its reason": (len(plan.skipped), True),
            "Counts for the table": (len(plan.counts), not is_grid),
            "Figures of indicators: new": (tally[Standing.NEW], True),
            "as they are held already": (tally[Standing.SAME], bool(tally[Standing.SAME])),
            "that differ from what is held": (tally[Standing.CHANGED], bool(tally[Standing.CHANGED])),
            "that can’t stand beside it": (tally[Standing.CLASH], bool(tally[Standing.CLASH])),
        }
        for words, (number, is_shown) in shown.items():
            said, figure = self._figures[words]
            figure.setText(f"{number:,}")
            figure.setAccessibleName(f"{words}: {number:,}")
            said.setVisible(is_shown)
            figure.setVisible(is_shown)
        differ = tally[Standing.CHANGED] + len(plan.changed)
        if differ:
            self._verdict.set_state(f"{count(differ, 'figure')} differ from what is held", Tone.ATTENTION)
        elif plan.problems:
            self._verdict.set_state("not ready yet", Tone.ATTENTION)
        else:
            self._verdict.set_state("nothing that is held changes", Tone.GOOD, "✓")

    def _fill_tables(self) -> None:
        preview, plan = self.preview, self.preview.plan
        areas = dict(preview.areas)
        names = {id: indicator_name(each, ref) for id, each, ref in preview.indicators}
        rows: dict[str, Sequence[Any]] = {
            "places": place_rows(plan.places, areas, preview.partnership),
            "labels": label_rows(plan.labels, names),
            "figures": [
                FigureRow(
                    each,
                    names.get(each.figure.indicator, each.label),
                    areas[each.figure.area].name if each.figure.area is not None else "",
                )
                for each in plan.figures
            ],
            "changed": plan.changed,
            "left": plan.skipped,
            "findings": worst_first(preview.read.file.findings),
        }
        for key, each in rows.items():
            self._models[key].set_rows(each)
        titles = {
            "places": "Places",
            "labels": "Indicators",
            "figures": "Figures",
            "changed": "Differences",
            "left": "Skipped",
            "findings": "Noticed",
        }
        parts = [key for key in titles if rows[key] or key in ("left", "findings")]
        chosen = self._detail.key
        options = [Option(key, f"{titles[key]} {len(rows[key]):,}") for key in parts]
        self._detail.set_options(options, chosen)
        self._part_chosen(self._detail.key)
        self._fill_choice(self.place, [Option(id, area.name) for id, area in preview.areas])
        self._fill_choice(self.indicator, [Option(id, name) for id, name in names.items()])
        for widget in (self.place, self._means, self.remember):
            widget.setVisible(bool(areas))
        for widget in (self.indicator, self._goes, self._to_none):
            widget.setVisible(bool(names))
        self._no_indicators.setVisible(not names)

    @staticmethod
    def _fill_choice(choice: DropDown, options: Sequence[Option]) -> None:
        if choice.count() != len(options):
            choice.set_options(options)
        choice.setEnabled(bool(options))

    def _part_chosen(self, key: object) -> None:
        keys = list(self._tables)
        if key in keys:
            self._details.setCurrentIndex(keys.index(str(key)))

    def _first_part(self) -> str:
        """What a person should look at first: places or indicators to settle, else what comes in."""
        plan = self.preview.plan
        if plan.places and (any(each.proposals for each in plan.places) or not plan.kept):
            return "places"
        if self.preview.read.file.layout is not FigureLayout.GRID:
            # A table of one place has no names of places to look at, only its total.
            named = any(each.what is not RowIs.TOTAL for each in plan.places)
            return "places" if named or not plan.labels else "labels"
        return "labels" if any(each.indicator is None for each in plan.labels) else "figures"

    def _place_shown(self, row: object) -> None:
        """The choice shows what the row means, else the likeliest that it may mean."""
        if isinstance(row, PlaceRow):
            area = row.seen.area if row.seen.area is not None else next(iter(row.seen.proposals), None)
            self.place.choose(area)
            self._add.setEnabled(row.seen.area is None and row.seen.what in (RowIs.FIGURES, RowIs.FORCE))

    def _label_shown(self, row: object) -> None:
        if isinstance(row, LabelRow):
            known = row.seen.indicator
            self.indicator.choose(known if known is not None else next(iter(row.seen.proposals), None))

    # What is decided

    def settle_places(self) -> None:
        """The chosen place is what the selected names mean."""
        if self.place.key is not None:
            self._say_of_places(area=AreaId(int(str(self.place.key))))

    def add_place(self) -> None:
        """The chosen row's place becomes one of ours, under its name and code."""
        row = next(iter(self._chosen_rows("places")), None)
        if row is not None and row.seen.area is None:
            self.place_wanted.emit(row.seen)

    def _say_of_places(self, area: AreaId | None = None, take: bool = False) -> None:
        chosen = {choice.name: choice for choice in self.choices.places}
        for row in self._chosen_rows("places"):
            keeps = area is not None and self.remember.isChecked()
            chosen[row.seen.name] = PlaceChoice(row.seen.name, area, take, keeps)
        self._ask(replace(self.choices, places=tuple(chosen.values())))

    def settle_labels(self) -> None:
        """The figures of the selected rows go to the chosen indicator."""
        if self.indicator.key is not None:
            self._say_of_labels(IndicatorId(int(str(self.indicator.key))))

    def leave_labels(self) -> None:
        """The figures of the selected rows go to no indicator."""
        self._say_of_labels(None)

    def _say_of_labels(self, indicator: IndicatorId | None) -> None:
        chosen = {(choice.label, choice.place): choice for choice in self.choices.indicators}
        for row in self._chosen_rows("labels"):
            chosen[row.key] = IndicatorChoice(row.seen.label, indicator, row.seen.place)
        self._ask(replace(self.choices, indicators=tuple(chosen.values())))

    def decide_selected(self, take: bool) -> None:
        """Takes the new of the selected figures that differ, or keeps what is held; all when none is selected."""
        rows = self._tables["figures"].selected_rows() or list(self._models["figures"].rows)
        self._decide([row.planned.held for row in rows if row.planned.standing is Standing.CHANGED], take)

    def _turn_over(self, row: object) -> None:
        if isinstance(row, FigureRow) and row.planned.standing is Standing.CHANGED:
            self._decide([row.planned.held], not row.planned.taken)

    def _decide(self, held: Sequence[FigureId | None], take: bool) -> None:
        ids = frozenset(id for id in held if id is not None)
        now = self.choices.replace
        self._ask(replace(self.choices, replace=now | ids if take else now - ids))

    def _chosen_rows(self, key: str) -> list[Any]:
        table = self._tables[key]
        selected = table.selected_rows()
        return selected or ([table.current_row] if table.current_row is not None else [])

    def _table_chosen(self, _at: int) -> None:
        file = self.preview.read.file
        if self.tables.key != (file.sheet, file.part):
            self.table_requested.emit(self.tables.key)

    def _changed(self) -> None:
        """A box was ticked, or a name or a period typed."""
        if self._filling:
            return
        name = self.name.text().strip()
        file = self.preview.read.file
        self._ask(
            replace(
                self.choices,
                again=self.again.isChecked(),
                as_table=self.as_table.isChecked(),
                table_name="" if name == (file.title or file.name) else name,
                everything=self.everything.isChecked(),
                leave_repeats=self.leave_repeats.isChecked(),
                replace_table=self.replace_table.isChecked() and self.preview.plan.earlier is not None,
                skip_unreadable=self.skip_unreadable.isChecked(),
                as_at=self.as_at.day,
                periods=tuple(
                    (text, days) for text, field in self.periods.items() if (days := _days_in(field))
                ),
            )
        )

    def _ask(self, choices: FigureChoices) -> None:
        if choices != self.choices:
            self.preview = replace(self.preview, choices=choices)
            self.choices_changed.emit(choices)
        self._show_state()

    def set_busy(self, busy: bool) -> None:
        """While the import or another reading runs nothing can be decided; it can be stopped."""
        self._busy = busy
        for part in (
            self._details,
            self.layout_choice,
            self.tables,
            self.as_at,
            self.name,
            *self.periods.values(),
        ):
            part.setEnabled(not busy)
        self._cancel.set_text("Stop" if busy else "Cancel")
        self._show_state()

    def go_back(self) -> None:
        """Cancel and Esc: leaves the file alone, or first stops what runs."""
        (self.stop_requested if self._busy else self.back_requested).emit()

    def why_not(self) -> str:
        """Why it can't be imported yet, as a sentence; "" when it can."""
        for field in self.periods.values():
            typed = field.text().strip()
            if typed and _days_in(field) is None:
                return (
                    f"“{typed}” is no period such as 2018/19, Q1 2018/19, Apr-18 or 01/04/2018 to 30/06/2018."
                )
        if not self.as_at.is_valid:
            return f"“{self.as_at.text().strip()}” is no day such as 31/03/2019."
        return " ".join(self.preview.problems[:1])

    def _show_state(self) -> None:
        problem = self.why_not()
        self._import.setEnabled(not problem and not self._busy)
        self._import.setToolTip(problem)
        plan = self.preview.plan
        figures = len(plan.counts) + sum(each.taken for each in plan.figures)
        self._import.setText(f"Import {count(figures, 'figure')}" if figures else "Import")
        self.head.set_state(problem or _LOOK)

    def command(self) -> ImportFigures:
        """The import as it is decided now."""
        return ImportFigures(self.preview.read, self.choices)

    def _ask_import(self) -> None:
        if self._import.isEnabled():
            self.import_requested.emit(self.command())

    # Qt overrides

    def minimumSizeHint(self) -> QSize:
        """As high as its words are in the width that there is; the page scrolls before they are cut off."""
        size = super().minimumSizeHint()
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            size.setHeight(max(size.height(), layout.minimumHeightForWidth(self.width())))
        return size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def first_focus(self) -> QWidget:
        return self._import if self._import.isEnabled() else self._detail


def _days_in(field: QLineEdit) -> Days | None:
    typed = field.text().strip()
    return read_days(typed) if typed else None


def _note(pill: Pill, words: QWidget) -> QWidget:
    note = QWidget()
    row = QHBoxLayout(note)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(words, 1)
    return note
