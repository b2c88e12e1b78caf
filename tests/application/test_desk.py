"""The desk remembers how to take back what it did, and forgets nothing when that fails."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from fundingapp.application.commands import HANDLERS
from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import AddRules, ApplyRules
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.desk import Desk
from fundingapp.application.effect import (
    NOTHING_TO_UNDO,
    Command,
    Effect,
    NothingToUndo,
    Question,
    Topic,
)
from fundingapp.application.ports import Tools
from fundingapp.application.progress import Cancelled
from fundingapp.application.queries import ANSWERS
from fundingapp.application.queries.rules import Rules
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from tests.builders_core import make_download, make_line, make_rule, set_up_grant
from tests.fakes import FakeStore, StoppingProgress
from tests.machines import assert_same, figures_of


def name_of(store: FakeStore) -> str:
    [kept] = store.open_work(reading=True).partnership.all()
    return kept.value.name


def names(desk: Desk) -> tuple[str | None, str | None]:
    """What could be taken back, and done again."""
    return desk.undo_name, desk.redo_name


def test_an_empty_desk_takes_nothing_back(desk: Desk) -> None:
    assert names(desk) == (None, None)
    assert desk.undo() is None
    assert desk.redo() is None


def test_undo_and_redo_speak_of_what_was_done_first(desk: Desk, store: FakeStore) -> None:
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    assert names(desk) == ("set up the partnership", None)
    desk.undo()
    assert names(desk) == (None, "set up the partnership")
    desk.redo()
    assert names(desk) == ("set up the partnership", None)
    assert name_of(store) == "Safer Charnwood"


def test_something_new_ends_what_could_be_done_again(desk: Desk) -> None:
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    desk.undo()
    desk.do(AddRules((make_rule(1, "income"),)))
    assert desk.redo_name is None


def test_a_command_that_changes_nothing_leaves_both_lists_alone(desk: Desk) -> None:
    desk.do(AddRules((make_rule(1, "income"),)))
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    desk.undo()
    assert desk.do(ApplyRules()).inverse is NOTHING_TO_UNDO
    assert names(desk) == ("add 1 rule", "set up the partnership")


@pytest.mark.parametrize("turn", ["undo", "redo"])
def test_a_turn_that_fails_leaves_both_lists_so_that_it_can_be_tried_again(
    desk: Desk, store: FakeStore, turn: str
) -> None:
    desk.do(AddRules((make_rule(1, "income"),)))
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    desk.do(SetUpPartnership(Partnership("Safer Leicester")))
    desk.undo()
    before, figures = names(desk), figures_of(store.open_work)
    store.failing_commits = 1
    with pytest.raises(ExpectedError) as refusal:
        getattr(desk, turn)()
    assert refusal.value.code == "disk_full"
    assert names(desk) == before
    assert_same(figures_of(store.open_work), figures)
    assert getattr(desk, turn)() is not None
    assert names(desk) != before


def test_an_undo_that_somebody_else_overtook_is_refused_and_kept(desk: Desk, store: FakeStore) -> None:
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    with store.open_work(reading=True) as work:
        [kept] = work.partnership.all()
    other = Desk(desk._tools)
    other.do(ChangeRecord("partnership", kept.id, kept.value, Partnership("Safer Leicester"), "rename"))
    with pytest.raises(ExpectedError) as refusal:
        desk.undo()
    assert refusal.value.code == "changed_meanwhile"
    assert desk.undo_name == "set up the partnership"
    assert name_of(store) == "Safer Leicester"
    other.undo()
    desk.undo()
    assert store.open_work(reading=True).partnership.all() == []


def test_what_somebody_else_took_back_already_is_not_kept_for_redo(
    desk: Desk, store: FakeStore, tools: Tools
) -> None:
    """Undoing the run once more finds nothing to place when it is done again, and then nothing to take back."""
    set_up_grant(desk)
    desk.do(ImportLedger(make_download([make_line()])))
    desk.do(AddRules((make_rule(1, "P-01"),)))
    desk.do(ApplyRules())
    desk.undo()
    Desk(tools).do(ApplyRules())
    turned = desk.redo()
    assert turned is not None
    assert turned.inverse is NOTHING_TO_UNDO
    assert desk.undo_name == "add 1 rule"
    assert desk.redo_name is None


def test_a_command_without_inverse_ends_all_taking_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Seal(Command[None]):
        """A command of this test that can't be taken back."""

    def seal(command: Seal, tools: Tools) -> Effect[None]:
        return Effect(None, Topic.RETURNS, "seal", None)

    monkeypatch.setitem(HANDLERS, Seal, seal)
    desk.do(SetUpPartnership(Partnership("Safer Charnwood")))
    desk.do(SetUpPartnership(Partnership("Safer Leicester")))
    desk.undo()
    desk.do(Seal())
    assert names(desk) == (None, None)


def test_work_that_is_stopped_has_not_happened(desk: Desk, store: FakeStore) -> None:
    set_up_grant(desk)
    figures = figures_of(store.open_work)
    progress = StoppingProgress(after=2)
    with pytest.raises(Cancelled):
        desk.do(ImportLedger(make_download([make_line()])), progress)
    assert progress.labels == ["Comparing with what is held", "Keeping 1 line"]
    assert_same(figures_of(store.open_work), figures)
    assert desk.undo_name == "record Locality Fund 2018/19"


def test_a_question_is_answered_and_changes_nothing(desk: Desk, store: FakeStore) -> None:
    desk.do(AddRules((make_rule(2, "income"), make_rule(1, "P-01"))))
    state = store.state
    assert [kept.value.order for kept in desk.ask(Rules())] == [1, 2]
    assert store.state is state


def test_every_command_and_question_has_its_function() -> None:
    def named(kinds: Iterable[type], package: str) -> set[str]:
        """By name, since a dataclass with slots replaces the class it was made from."""
        names = {f"{kind.__module__}.{kind.__qualname__}" for kind in kinds}
        return {name for name in names if name.startswith(package)}

    commands, queries = "fundingapp.application.commands.", "fundingapp.application.queries."
    assert named(Command.__subclasses__(), commands) == named(HANDLERS, commands)
    assert named(Question.__subclasses__(), queries) == named(ANSWERS, queries)
    assert NothingToUndo not in HANDLERS
