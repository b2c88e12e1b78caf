"""What columns mean is confirmed once and remembered: named, renamed, forgotten, exported and taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundingapp.application.commands.imports import ImportLedger, RemoveImport
from fundingapp.application.commands.layouts import (
    ExportLayout,
    ForgetLayout,
    RememberLayout,
    RenameLayout,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import NOTHING_TO_UNDO, Topic
from fundingapp.application.ports import SavedLayout, Tools
from fundingapp.application.queries.layouts import Layouts, ReadLayout
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from tests.builders_core import make_download, make_line
from tests.fakes import FakeLayoutWriter, FakeReader, FakeStore
from tests.machines import assert_same, figures_of

HEADINGS = ("Trans", "Date", "Value")
LAYOUT = Layout("", HEADINGS, (Meaning.TRANSACTION, Meaning.DATE, Meaning.AMOUNT))
OTHER = Layout(
    "Oracle",
    ("Doc", "Period", "Dr", "Cr"),
    (Meaning.TRANSACTION, Meaning.PERIOD, Meaning.DEBIT, Meaning.CREDIT),
)


def known(desk: Desk) -> list[SavedLayout]:
    return [kept.value for kept in desk.ask(Layouts())]


class TestRemembering:
    def test_a_layout_is_kept_with_who_confirmed_it_and_undone(self, desk: Desk, store: FakeStore) -> None:
        start = figures_of(store.open_work)
        effect = desk.do(RememberLayout(LAYOUT))
        [kept] = known(desk)
        assert (kept.layout, kept.confirmed_by) == (LAYOUT, "Ann")
        assert effect.changed is Topic.LAYOUTS
        end = figures_of(store.open_work)
        desk.undo()
        assert_same(figures_of(store.open_work), start)
        desk.redo()
        assert_same(figures_of(store.open_work), end)

    def test_a_shape_has_one_layout_whatever_the_case_of_its_headings(self, desk: Desk) -> None:
        desk.do(RememberLayout(LAYOUT))
        meanings = (Meaning.OTHER, Meaning.DATE, Meaning.AMOUNT)
        effect = desk.do(
            RememberLayout(Layout("", ("TRANS ", "date", "Value", ""), (*meanings, Meaning.OTHER)))
        )
        assert [entry.meanings for entry in known(desk)] == [(*meanings, Meaning.OTHER)]
        assert effect.result == 1
        desk.undo()
        assert [entry.layout for entry in known(desk)] == [LAYOUT]

    def test_what_is_known_so_already_changes_nothing(self, desk: Desk) -> None:
        desk.do(RememberLayout(Layout("Ours", HEADINGS, LAYOUT.meanings)))
        effect = desk.do(RememberLayout(LAYOUT))
        assert (effect.inverse, effect.result) == (NOTHING_TO_UNDO, 1)
        assert [entry.name for entry in known(desk)] == ["Ours"]

    def test_the_list_has_those_with_a_name_first(self, desk: Desk) -> None:
        desk.do(RememberLayout(LAYOUT))
        desk.do(RememberLayout(OTHER))
        assert [entry.name for entry in known(desk)] == ["Oracle", ""]

    @pytest.mark.parametrize(
        ("meanings", "words"),
        [
            ((Meaning.TRANSACTION, Meaning.DATE, Meaning.OTHER), "Say which column is the amount."),
            ((Meaning.AMOUNT, Meaning.DATE, Meaning.AMOUNT), "Only one column can be the amount."),
            ((Meaning.DEBIT_CREDIT_FLAG, Meaning.CREDIT, Meaning.OTHER), "needs an amount column"),
            ((Meaning.AMOUNT, Meaning.DATE, Meaning.DEBIT), "either one amount column"),
            ((Meaning.DEBIT_CREDIT_FLAG, Meaning.DATE, Meaning.DEBIT), "needs an amount column"),
        ],
    )
    def test_columns_that_make_no_ledger_are_refused(
        self, desk: Desk, meanings: tuple[Meaning, ...], words: str
    ) -> None:
        with pytest.raises(ExpectedError) as refusal:
            desk.do(RememberLayout(Layout("", HEADINGS, meanings)))
        assert words in refusal.value.message
        assert known(desk) == []

    @pytest.mark.parametrize("name", ["Automatic", "x" * 81])
    def test_a_name_that_would_mislead_is_refused(self, desk: Desk, name: str) -> None:
        with pytest.raises(ExpectedError) as refusal:
            desk.do(RememberLayout(Layout(name, HEADINGS, LAYOUT.meanings)))
        assert refusal.value.code == "layout_name"


class TestNaming:
    def test_it_is_called_otherwise_and_back(self, desk: Desk) -> None:
        id = desk.do(RememberLayout(LAYOUT)).result
        desk.do(RenameLayout(id, " County  ledger "))
        assert [entry.name for entry in known(desk)] == ["County ledger"]
        desk.undo()
        assert [entry.name for entry in known(desk)] == [""]

    def test_the_same_name_again_changes_nothing(self, desk: Desk) -> None:
        id = desk.do(RememberLayout(OTHER)).result
        assert desk.do(RenameLayout(id, "Oracle")).inverse is NOTHING_TO_UNDO

    def test_a_name_that_is_taken_is_refused(self, desk: Desk) -> None:
        desk.do(RememberLayout(OTHER))
        id = desk.do(RememberLayout(LAYOUT)).result
        for attempt in (
            RenameLayout(id, "ORACLE"),
            RememberLayout(Layout("oracle", HEADINGS, LAYOUT.meanings)),
        ):
            with pytest.raises(ExpectedError) as refusal:
                desk.do(attempt)
            assert refusal.value.code == "layout_name_taken"

    def test_one_that_is_not_there_is_not_found(self, desk: Desk) -> None:
        for attempt in (RenameLayout(7, "x"), ForgetLayout(7)):
            with pytest.raises(NotFoundError):
                desk.do(attempt)


def test_a_layout_is_forgotten_and_comes_back(desk: Desk, store: FakeStore) -> None:
    id = desk.do(RememberLayout(OTHER)).result
    start = figures_of(store.open_work)
    assert desk.do(ForgetLayout(id)).name == "forget the layout Oracle"
    assert known(desk) == []
    desk.undo()
    assert_same(figures_of(store.open_work), start)


def test_a_turn_back_is_refused_when_somebody_else_renamed_it(desk: Desk, tools: Tools) -> None:
    id = desk.do(RememberLayout(OTHER)).result
    Desk(tools).do(RenameLayout(id, "Another name"))
    with pytest.raises(ExpectedError) as refusal:
        desk.undo()
    assert refusal.value.code == "changed_meanwhile"
    assert [entry.name for entry in known(desk)] == ["Another name"]


def test_a_layout_goes_out_and_comes_in_as_a_file(desk: Desk, tools: Tools) -> None:
    out = Path("ours.layout.json")
    effect = desk.do(ExportLayout(OTHER, out))
    assert (effect.result, effect.inverse) == (out, NOTHING_TO_UNDO)
    writer, reader = tools.write_layout, tools.reader
    assert isinstance(writer, FakeLayoutWriter)
    assert isinstance(reader, FakeReader)
    assert writer.written == {out: OTHER}
    reader.layouts = {"ours.layout.json": LAYOUT, "other.layout.json": OTHER}
    assert desk.ask(ReadLayout(out)) == Layout("ours", HEADINGS, LAYOUT.meanings)
    assert desk.ask(ReadLayout(Path("other.layout.json"))) == OTHER


class TestWithAnImport:
    def test_what_was_confirmed_is_remembered_and_undone_in_one_step(
        self, desk: Desk, store: FakeStore
    ) -> None:
        start = figures_of(store.open_work)
        effect = desk.do(ImportLedger(make_download([make_line()]), remember=(LAYOUT,)))
        assert Topic.LAYOUTS in effect.changed
        assert [entry.layout for entry in known(desk)] == [LAYOUT]
        assert store.open_work(reading=True).ledger.batches()[0].value.layout == "as Ann confirmed it"
        end = figures_of(store.open_work)
        desk.undo()
        assert_same(figures_of(store.open_work), start)
        desk.redo()
        assert_same(figures_of(store.open_work), end)

    def test_taking_the_import_back_later_keeps_what_was_confirmed(self, desk: Desk) -> None:
        batch = desk.do(ImportLedger(make_download([make_line()]), remember=(LAYOUT,))).result.batch
        desk.do(RemoveImport(batch))
        assert [entry.layout for entry in known(desk)] == [LAYOUT]

    def test_a_refused_import_remembers_nothing(self, desk: Desk) -> None:
        with pytest.raises(ExpectedError):
            desk.do(ImportLedger(make_download([]), remember=(LAYOUT,)))
        assert known(desk) == []
