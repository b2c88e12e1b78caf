"""The bodies that the partnership deals with, over time: who is who, who takes whose place, and each one's extract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from fundingapp.application.commands.parties import AddParty, ChangeParty, RemoveParty, SucceedParty
from fundingapp.application.effect import Topic
from fundingapp.application.queries.handovers import (
    BodyExtract,
    ExtractAnswer,
    SuccessionAnswer,
    SuccessionPreview,
    what_happens,
)
from fundingapp.application.queries.parties import Bodies, BodyAnswer
from fundingapp.application.wording import count
from fundingapp.domain.handovers import Measure
from fundingapp.domain.ids import PartyId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyForm, PartyKind
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.setup.lists import ListView, in_days, listed, wrong_day
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.segmented import Segmented

TABLES = "Tables (*.xlsx *.csv)"
_NEW = "new"
_KIND_WORDS = {
    PartyKind.COMMISSIONER: "Commissioners",
    PartyKind.FUNDER: "Other funders",
    PartyKind.ACCOUNTABLE_BODY: "Accountable body",
    PartyKind.PARTNER: "Partners",
}


def form_in_words(body: Party) -> str:
    """The legal form of a body, a dash while it is not said."""
    return body.form.value if body.form is not PartyForm.OTHER else "–"


COLUMNS = (
    Column[BodyAnswer](
        "Name",
        lambda row: row.kept.value.name,
        sort="name",
        filter="name",
        width=220,
        stretch=4,
        least=140,
        tip=lambda row: row.kept.value.name,
    ),
    Column[BodyAnswer]("What it is", lambda row: row.kept.value.kind.value, sort="kind", width=120),
    Column[BodyAnswer](
        "Form",
        lambda row: form_in_words(row.kept.value),
        sort="form",
        filter="form",
        width=170,
        stretch=2,
        least=90,
        may_hide=True,
    ),
    Column[BodyAnswer](
        "From",
        lambda row: in_days(row.kept.value.valid_from),
        sort="from",
        order=lambda row: row.kept.value.valid_from or date.min,
        width=92,
    ),
    Column[BodyAnswer](
        "To",
        lambda row: in_days(row.kept.value.valid_to),
        sort="to",
        order=lambda row: row.kept.value.valid_to or date.max,
        width=92,
    ),
    Column[BodyAnswer](
        "Succeeded by",
        lambda row: row.followed_by,
        sort="next",
        width=170,
        stretch=3,
        least=110,
        tip=lambda row: row.followed_by,
    ),
)


class BodiesView(ListView[BodyAnswer]):
    """A list of bodies; the chosen one at the right, with what can be done with it."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "grants",
            "No bodies yet",
            "Commissioners come with their grants. Add the others that you deal with: the accountable body, other "
            "funders, and the partners that do the work.",
        )
        empty.add_step("Add a body…", self.add).setDisabled(office.is_read_only)
        super().__init__("bodies", "Bodies", office, COLUMNS, empty)
        self._answers: tuple[BodyAnswer, ...] = ()
        self._which = Segmented(
            "Which bodies",
            [Option(None, "All"), *(Option(kind, words) for kind, words in _KIND_WORDS.items())],
        )
        self._which.chosen.connect(lambda _key: self._show_rows())
        self.card.set_title("Bodies")
        self.card.add_head(self._which)
        add = button("Add a body…", self.add, icon="plus")
        add.setDisabled(office.is_read_only)
        self.buttons.append(add)

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.SETUP | Topic.GRANTS | Topic.PROJECTS):
            self.office.ask("setup.bodies", Bodies(), self._show, self)

    def _show(self, answers: tuple[BodyAnswer, ...]) -> None:
        self._answers = answers
        ended = sum(bool(each.followed_by) for each in answers)
        said = f"{count(len(answers), 'body', 'bodies')}"
        self.tell(f"{said}, {ended:,} of them succeeded by another" if ended else said)
        self._show_rows()

    def _show_rows(self) -> None:
        rows = [each for each in self._answers if self._which.key in (None, each.kept.value.kind)]
        self.card.set_title("Bodies", str(len(rows)))
        self.set_rows(rows, not self._answers)

    def go_to(self, subject: object) -> None:
        """Shows the body of that identity."""
        self.choose(subject)

    # The chosen body

    def open_row(self, row: BodyAnswer) -> None:
        body = row.kept.value
        known = [
            ("What it is", body.kind.value),
            ("Form", body.form.value if body.form is not PartyForm.OTHER else ""),
            ("From", in_days(body.valid_from) if body.valid_from else ""),
            ("To", in_days(body.valid_to) if body.valid_to else ""),
            ("Took the place of", ", ".join(row.follows)),
            ("Succeeded by", row.followed_by),
            ("Number", body.identifier),
            ("Address", body.address),
            ("Also called", "; ".join(body.aliases)),
        ]
        blocks: list[Block] = [TextBlock("\n".join(f"{name}: {text}" for name, text in known if text))]
        if row.uses:
            blocks.append(TextBlock("\n".join(row.uses), "What rests on it"))
        if row.contacts:
            people = [
                f"{kept.value.name}, {kept.value.role.value}{' (deputy)' if kept.value.is_deputy else ''}"
                for kept in row.contacts
            ]
            blocks.append(TextBlock("\n".join(people), "Contacts"))
        steps = []
        if not self.office.is_read_only:
            if not row.followed_by:
                steps.append(Step("Succeeded by…", partial(self.succeed, row), bool(row.funds)))
            steps.append(Step("Change…", partial(self._change, row)))
        if row.funds:
            steps.append(Step("Extract…", partial(self.extract, row)))
        if not self.office.is_read_only and not row.uses:
            steps.append(Step("Remove", partial(self._remove, row)))
        blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(body.name, blocks, ("body", row.kept.id)))

    def add(self) -> None:
        """Opens the form of a new body."""
        self.open_form("Add a body", partial(self._form, None))

    def _change(self, row: BodyAnswer) -> None:
        self.open_form(f"Change {row.kept.value.name}", partial(self._form, row), deeper=True)

    def _form(self, row: BodyAnswer | None) -> Form:
        before = row.kept.value if row is not None else Party("", PartyKind.PARTNER)

        def accept() -> str:
            wrong = wrong_day(begins, ends)
            if not name.text().strip() or wrong:
                return wrong or "A body needs a name."
            after = replace(
                before,
                name=name.text(),
                kind=PartyKind(kind.key),
                form=PartyForm(form_of.key),
                valid_from=begins.day,
                valid_to=ends.day,
                identifier=identifier.text(),
                address=address.text(),
                aliases=listed(aliases.text()),
            )
            if row is None:
                self.office.do(AddParty(after), f"Add {after.name}", self._added)
            else:
                change = ChangeParty(PartyId(row.kept.id), before, after)
                self.office.do(change, f"Change {after.name}", lambda _effect: self.choose(row.kept.id))
            return ""

        form = Form("Add the body" if row is None else "Save", accept, self.close_panel)
        name = form.text("Name", before.name, "for example Leicestershire PCC")
        kind = form.choice(
            "What it is to us", [Option(each.value, each.value) for each in PartyKind], before.kind.value
        )
        form_of = form.choice(
            "Form", [Option(each.value, each.value) for each in PartyForm], before.form.value
        )
        begins = form.day("First day, if known", before.valid_from)
        ends = form.day("Last day, if it has ended", before.valid_to)
        aliases = form.text("Also called", "; ".join(before.aliases), "other names, with semicolons between")
        identifier = form.text("Number", before.identifier, "for example GB-CHC-1234567")
        address = form.text("Address", before.address)
        return form

    def _added(self, effect: Any) -> None:
        self._shown = effect.result
        self.refresh(Topic.SETUP)

    def _remove(self, row: BodyAnswer) -> None:
        self.office.do(
            RemoveParty(PartyId(row.kept.id)),
            f"Remove {row.kept.value.name}",
            lambda _effect: self.close_panel(),
        )

    # Succession

    def succeed(self, row: BodyAnswer) -> None:
        """Opens the form that says who takes the place of the body, from when, and by what paper."""
        self.open_form(
            f"Who succeeds {row.kept.value.name}?", partial(self._succession_form, row), deeper=True
        )

    def _succession_form(self, row: BodyAnswer) -> Form:
        def accept() -> str:
            if not first.is_valid or first.day is None:
                return "Type the first day of the new body, such as 07/05/2028."
            if not paper.text().strip():
                return "Say by what paper, such as the order or the letter."
            wanted: PartyId | Party
            if who.key == _NEW:
                if not name.text().strip():
                    return "Type the name of the new body, or choose one that is there."
                wanted = Party(
                    " ".join(name.text().split()),
                    row.kept.value.kind,
                    first.day,
                    form=PartyForm(form_of.key),
                )
            else:
                wanted = PartyId(int(str(who.key)))
            command = SucceedParty(PartyId(row.kept.id), wanted, first.day, paper.text())
            self.office.ask(
                "setup.succession",
                SuccessionPreview(command.old, wanted, first.day),
                partial(self._show_succession, row, command),
                self,
            )
            return ""

        form = Form("Look at what will happen", accept, self.close_panel)
        others = [
            Option(each.kept.id, each.kept.value.name)
            for each in self._answers
            if each.kept.id != row.kept.id
        ]
        who = form.choice("The body that follows", [Option(_NEW, "a new body, named below"), *others], _NEW)
        name = form.text("Name of the new body", "", "for example Mayor of Leicestershire")
        form_of = form.choice(
            "Its form", [Option(each.value, each.value) for each in PartyForm], PartyForm.MAYOR.value
        )
        first = form.day("Its first day", None, "07/05/2028")
        paper = form.text("By what paper", "", "for example the transfer order")
        form.note("Nothing changes yet: the next step shows what will happen.")
        who.activated.connect(lambda _at: [each.setEnabled(who.key == _NEW) for each in (name, form_of)])
        return form

    def _show_succession(self, row: BodyAnswer, command: SucceedParty, answer: SuccessionAnswer) -> None:
        blocks: list[Block] = [TextBlock(what_happens(answer))]
        for handover in answer.handovers:
            sums = [
                SumRow(measure.value.capitalize(), amount)
                for measure, amount in handover.amounts
                if amount or measure is Measure.AWARDED
            ]
            words = "Owed to us" if handover.owed >= Money.ZERO else "Held for the commissioner"
            sums.append(SumRow(words, abs(handover.owed), is_total=True))
            blocks.append(SumBlock(sums, f"{handover.fund}: what passes over on {in_days(answer.on)}"))

        def go_on() -> None:
            done = Message(
                f"{answer.successor.name} takes the place of {answer.old.name} on {in_days(answer.on)}.",
                "Undo takes it back.",
                Tone.GOOD,
            )

            def made(_effect: object) -> None:
                self.say(done)
                self.choose(row.kept.id)

            self.office.do(command, f"Let {answer.successor.name} succeed", made)

        blocks.append(StepsBlock([Step("Let it happen", go_on, True), Step("Cancel", self.close_panel)]))
        self.inspect_deeper_requested.emit(
            InspectorPage("What will happen", blocks, ("succession", row.kept.id))
        )

    def extract(self, row: BodyAnswer) -> None:
        """Asks where to, and writes everything of the body's time with what it took on and hands over."""
        name = "".join(letter if letter.isalnum() or letter in " -" else "" for letter in row.kept.value.name)
        out = self.office.files.to_save(self, "Write the extract", f"{name.strip()} extract.xlsx", TABLES)
        if out is None:
            return
        desk = self.office.desk
        question = BodyExtract(PartyId(row.kept.id), out)

        def done(answer: ExtractAnswer) -> None:
            self.say(
                Message(
                    f"The extract of {answer.body.name} is in “{out.name}”: {count(len(answer.rows), 'row')}.",
                    "It begins with what the body took on and ends with what it hands over.",
                    Tone.GOOD,
                )
            )

        write: Callable[[Any], ExtractAnswer] = lambda progress: desk.ask(question, progress)  # noqa: E731 - one line
        self.office.work(f"Write {out.name}", write, done)
