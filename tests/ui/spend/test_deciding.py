"""What looks like personal data is held up in the window, decided about with a reason, and goes on then."""

from __future__ import annotations

from pathlib import Path

from fundingapp.application.commands.papers import AddPapers, NewPaper
from fundingapp.application.queries.evidence import Papers
from fundingapp.application.queries.workspace import History
from fundingapp.ui.deciding import DecisionForm
from tests.ui.hands import press
from tests.ui.spend.conftest import Spend


def test_a_decision_lets_it_go_on_and_the_history_tells_why(spend: Spend, tmp_path: Path) -> None:
    paper = tmp_path / "clients.txt"
    paper.write_text("call 07700 900123", encoding="utf-8")
    office = spend.shell.office
    command = AddPapers((NewPaper(paper),))
    office.do(command, "Add the paper")
    spend.settle()
    [message] = [each for each in spend.shell.window.messages.messages if "personal data" in each.text]
    assert message.action == "Say why it may go on…"
    assert "900123" not in message.text
    press(spend.shell.window, "Say why it may go on…")
    spend.settle()
    [form] = [each for each in spend.shell.window.inspector.findChildren(DecisionForm) if each.isVisible()]
    press(form, "It may go on")
    assert "Type why it may go on" in form._error.text()
    form.reason.setText("the client agreed")
    press(form, "It may go on")
    spend.settle()
    texts = [each.text for each in spend.shell.window.messages.messages]
    assert "The decision is recorded." in texts
    assert message.text not in texts
    office.do(command, "Add the paper")
    spend.settle()
    row = office.desk.ask(Papers(text="clients.txt")).rows[0]
    assert row.of.found == "Looks like 1 phone number (line 1)."
    decided = next(line for line in office.desk.ask(History()) if line.command == "AcceptPersonalData")
    assert decided.after["reason"] == "the client agreed"
