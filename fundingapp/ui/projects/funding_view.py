"""Who pays for each project of the grant: every fund, the host and match cash, in kind beside, and its posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from PySide6.QtWidgets import QLineEdit

from fundingapp.application.commands.match_funding import (
    AddMatch,
    ChangeMatch,
    KeepPost,
    Payer,
    RemoveMatch,
    RemovePost,
)
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.funding import FundingAnswer, FundingOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.workspace import GrantAnswer, GrantDetail
from fundingapp.application.wording import count
from fundingapp.domain.ids import FundId, PartyId, PostId, ProjectId
from fundingapp.domain.match_funding import MatchFunding, Post, ProjectFunding, SourceType, percent_text
from fundingapp.domain.money import Money
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure
from fundingapp.ui.projects.details_form import details_form
from fundingapp.ui.setup.lists import ListView
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

_HOST, _CASH, _SPEND, _IN_KIND = "Host £", "Match cash £", "All spend £", "In kind £"
_MEASURES = {_HOST: "host contribution", _CASH: "match cash", _SPEND: "cost", _IN_KIND: "in kind"}


def _money(
    title: str, amount: Callable[[ProjectFunding], Money], width: int = 96, **more: Any
) -> Column[ProjectFunding]:
    return Column[ProjectFunding](
        title,
        lambda row: str(amount(row)) if amount(row) or title == _SPEND else "–",
        RIGHT,
        sort=title,
        order=lambda row: amount(row).pence,
        amount=amount,
        why=lambda row: bool(amount(row)),
        width=width,
        **more,
    )


def percent_of(text: str) -> Decimal | None:
    """The percentage typed, with or without its sign; None for nothing. Raises ValueError."""
    plain = text.replace("%", "").strip()
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not found.is_finite():
        raise ValueError(text)
    return found


class FundingView(ListView[ProjectFunding]):
    """Projects down, funders across; the chosen project's match and posts are edited at the right."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "projects",
            "No project has money in this year",
            "Once a project has an award, this shows who pays for it: each grant, the host, and match.",
        )
        super().__init__("funding", "Funding", office, self._columns((), None), empty)
        self._fund: FundId | None = None
        self._position: PositionAnswer | None = None
        self._answer: FundingAnswer | None = None
        self._titles: tuple[str, ...] = ()
        self.table.why_requested.connect(self._why)
        self._add_match = button("Add match…", self.add_match, icon="plus")
        self._add_post = button("Add a post…", self.add_post, icon="plus")
        for made in (self._add_match, self._add_post):
            made.setDisabled(office.is_read_only)
            self.buttons.append(made)

    def key_of(self, row: Any) -> object:
        return row.project

    def _columns(
        self,
        funds: Sequence[tuple[FundId, str]],
        own: FundId | None,
        projects: Sequence[ProjectFunding] = (),
    ) -> list[Column[ProjectFunding]]:
        """A column for each fund that pays, between the project and what others give; what none of *projects* has
        takes no room."""

        def paid(fund: FundId) -> Callable[[ProjectFunding], Money]:
            return lambda row: Money.total(part.funded for part in row.funds if part.fund == fund)

        def rate_text(row: ProjectFunding) -> str:
            rate = row.rate(own) if own is not None and row.ref else None
            return "" if rate is None else rate.in_words

        def rate_order(row: ProjectFunding) -> Decimal:
            rate = row.rate(own) if own is not None else None
            return rate.percent or Decimal(0) if rate is not None else Decimal(0)

        def rate_tone(row: ProjectFunding) -> Tone | None:
            rate = row.rate(own) if own is not None and row.ref else None
            if rate is None or rate.agreed_percent is None or rate.percent is None:
                return None
            return Tone.BAD if rate.is_above else Tone.GOOD

        return [
            Column[ProjectFunding](
                "Ref", lambda row: row.ref, sort="ref", filter="ref", width=62, quiet=True
            ),
            Column[ProjectFunding](
                "Project",
                lambda row: row.name,
                sort="name",
                filter="name",
                stretch=5,
                width=200,
                least=110,
                tip=lambda row: f"{row.ref} {row.name}".strip(),
            ),
            *(_money(f"{name} £", paid(fund)) for fund, name in funds),
            *([_money(_HOST, lambda row: row.host, 84)] if any(each.host for each in projects) else []),
            _money(_CASH, lambda row: row.match_cash),
            _money(_SPEND, lambda row: row.spend, strong=True),
            *(
                [_money(_IN_KIND, lambda row: row.in_kind, 84, quiet=True, may_hide=True)]
                if any(each.in_kind for each in projects)
                else []
            ),
            Column[ProjectFunding](
                "Posts",
                lambda row: (
                    f"{sum((post.post.fte for post in row.posts), Decimal(0)):f} FTE" if row.posts else "–"
                ),
                width=70,
                tip=lambda row: "\n".join(post.post.title for post in row.posts),
                may_hide=True,
            ),
            Column[ProjectFunding](
                "Rate",
                rate_text,
                pill=rate_tone,
                sort="rate",
                order=rate_order,
                width=190,
                may_hide=True,
                tip=lambda row: (
                    f"What this grant pays of all that is spent: {rate_text(row)}" if row.ref else ""
                ),
            ),
        ]

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.SETUP | Topic.GRANTS | Topic.PROJECTS | Topic.LEDGER | Topic.CHARGES):
            self._ask()

    def _ask(self) -> None:
        if self._position is not None:
            position = self._position.position
            question = FundingOf(position.year, position.fund_id)
            self.office.ask_of_grant("projects.funding", question, self._show, self)

    def _show(self, answer: FundingAnswer) -> None:
        if self._position is None:
            return
        self._answer = answer
        position = self._position.position
        paying = {part.fund: part.name for project in answer.projects for part in project.funds}
        paying.setdefault(position.fund_id, position.fund.name)
        funds = sorted(paying.items(), key=lambda each: (each[0] != position.fund_id, each[1]))
        rows = [each for each in answer.projects if self.office.lists(each.project)]
        some = self.office.some_in_words([each.project for each in answer.projects], "projects")
        columns = self._columns(funds, position.fund_id, rows)
        titles = tuple(column.title for column in columns)
        is_new = titles != self._titles or self._fund != position.fund_id
        if is_new:
            # Another grant has other funders beside it.
            self._titles, self._fund = titles, position.fund_id
            self.model = ListTableModel[ProjectFunding](columns, self.key_of, self.table)
            self.table.set_model(self.model)
        above = sum(rate.is_above for project in rows if (rate := project.rate(position.fund_id)) is not None)
        said = [
            f"{position.fund.name} {position.year}",
            some,
            f"{count(above, 'project')} above the agreed rate" if above else "",
        ]
        self.tell(" · ".join(filter(None, said)))
        self.card.set_title("Who pays", some or count(len(rows), "project"))
        self.set_rows(rows, not answer.projects)
        if rows:
            self.model.set_rows(rows, self._total(rows, f"Total of {some}" if some else "Total"))
            if is_new and self._at is not None:
                self.table.select_key(self._at)

    @staticmethod
    def _total(projects: Sequence[ProjectFunding], name: str) -> ProjectFunding:
        """*projects* as one row for the foot, called *name*; what was planned stays with its project."""
        return ProjectFunding(
            ProjectId(0),
            "",
            name,
            tuple(part for project in projects for part in project.funds),
            tuple(match for project in projects for match in project.match),
            tuple(post for project in projects for post in project.posts),
        )

    def _why(self, row: object, column: object) -> None:
        if not isinstance(row, ProjectFunding) or not isinstance(column, Column) or self._position is None:
            return
        position = self._position.position
        if not row.ref and self.office.district is not None:
            self.say(
                Message(
                    f"This is the {row.name[:1].lower()}{row.name[1:]}.",
                    "Ask of a project's own figure, or choose all districts.",
                )
            )
            return
        measure = _MEASURES.get(column.title, f"funded/{column.title.removesuffix(' £')}")
        self.ask_why(f"{row.ref or position.fund.name}/{position.year}/{measure}")

    # The project at the right

    def open_row(self, row: ProjectFunding) -> None:
        answer = self._answer
        if answer is None or not row.ref:
            return
        year = answer.year

        def figure(measure: str) -> Figure:
            return Figure(f"{row.ref}/{year}/{measure}")

        paid = [
            SumRow(f"Paid by {part.name}", part.funded, figure(f"funded/{part.name}")) for part in row.funds
        ]
        if row.host:
            paid.append(SumRow("Ineligible, paid by the host", row.host, figure("host contribution")))
        paid += [
            SumRow("Match cash", row.match_cash, figure("match cash") if row.match_cash else None),
            SumRow("All that is spent", row.spend, figure("cost"), is_total=True),
        ]
        blocks: list[Block] = [SumBlock(paid)]
        rates = []
        for part in row.funds:
            rate = row.rate(part.fund)
            if rate is not None and rate.agreed_percent is not None:
                words = f"{part.name}: {rate.in_words}"
                if rate.is_above:
                    words += f", {rate.above.in_words} beyond it"
                rates.append(
                    ("above" if rate.is_above else "within", Tone.BAD if rate.is_above else Tone.GOOD, words)
                )
        if rates:
            blocks.append(CheckBlock(rates, "Agreed rates"))
        match = [kept for kept in answer.match if kept.value.project == row.project]
        for in_kind, caption in ((False, "Match cash"), (True, "In kind, beside the spend")):
            ours = [kept for kept in match if kept.value.is_in_kind is in_kind]
            if ours:
                blocks.append(SumBlock([self._match_row(kept) for kept in ours], f"{caption}: planned"))
        posts = [kept for kept in answer.posts if kept.value.project == row.project]
        for kept, post in zip(posts, row.posts, strict=True):
            *parts, rest = post.parts
            rows = [
                SumRow(f"{name}, {percent_text(percent)}", part)
                for (name, _, percent), part in zip(post.shares, parts, strict=True)
            ]
            if rest:
                rows.append(SumRow("Paid by nobody yet", rest))
            about = (
                f"{percent_text(kept.value.fte)} FTE".replace("%", "")
                + f", {count(kept.value.months, 'month')}"
            )
            rows.append(
                SumRow(
                    kept.value.title,
                    kept.value.cost,
                    None if self.office.is_read_only else ("post", kept.id),
                    is_total=True,
                    note=about,
                )
            )
            blocks.append(SumBlock(rows, "Post"))
        if not match and not posts:
            blocks.append(TextBlock("No match and no posts are recorded for it yet."))
        if not self.office.is_read_only:
            blocks.append(
                StepsBlock(
                    [
                        Step("Add match…", partial(self._match, row, None), True),
                        Step("Add a post…", partial(self._post, row, None)),
                    ]
                )
            )
            blocks.append(StepsBlock([Step("Details of the project…", partial(self._details, row))]))
        self.inspect(InspectorPage(f"{row.ref} {row.name}", blocks, ("funding", row.project)))

    def _match_row(self, kept: Kept[MatchFunding]) -> SumRow:
        match = kept.value
        said = [
            match.type.value,
            "secured" if match.is_secured else "not secured",
            f"received {match.received.in_words}" if match.received else "",
            f"spent {match.spent.in_words}" if match.spent else "",
            match.note,
        ]
        source = self._answer.source_of(match) if self._answer is not None else match.source
        link = None if self.office.is_read_only else ("match", kept.id)
        return SumRow(source, match.planned, link, note=" · ".join(filter(None, said)))

    def link_followed(self, link: object) -> None:
        answer = self._answer
        if answer is None:
            return
        match link:
            case ("match", int() as id):
                kept = next((each for each in answer.match if each.id == id), None)
                row = self._row(kept.value.project) if kept is not None else None
                if row is not None:
                    self._match(row, kept)
            case ("post", int() as id):
                post = next((each for each in answer.posts if each.id == id), None)
                row = self._row(post.value.project) if post is not None else None
                if row is not None:
                    self._post(row, post)

    def go_to(self, subject: object) -> None:
        """Shows the project of that reference."""
        row = next((each for each in self.model.rows if each.ref == subject), None)
        if row is not None:
            self.choose(row.project)

    def _row(self, project: ProjectId) -> ProjectFunding | None:
        return next((row for row in self.model.rows if row.project == project), None)

    def _current(self) -> ProjectFunding | None:
        row = self.table.current_row
        if isinstance(row, ProjectFunding) and row.ref:
            return row
        return self.model.rows[0] if self.model.rows else None

    def _back(self, row: ProjectFunding) -> None:
        self._shown = row.project
        found = self._row(row.project)
        if found is not None:
            self.open_row(found)

    # Forms

    def add_match(self) -> None:
        """Opens the form of match funding for the project under the cursor."""
        row = self._current()
        if row is not None:
            self._match(row, None)

    def add_post(self) -> None:
        """Opens the form of a post on the project under the cursor."""
        row = self._current()
        if row is not None:
            self._post(row, None)

    def _match(self, row: ProjectFunding, kept: Kept[MatchFunding] | None) -> None:
        title = f"Match for {row.ref}" if kept is None else f"Change match for {row.ref}"
        self.open_form(title, partial(self._match_form, row, kept), deeper=True)

    def _match_form(self, row: ProjectFunding, kept: Kept[MatchFunding] | None) -> Form:
        answer = self._answer
        if answer is None:
            raise AssertionError("a form is opened from what is shown")
        before = kept.value if kept is not None else MatchFunding(row.project, answer.year, "", Money.ZERO)

        def accept() -> str:
            amounts = [amount_of(field) for field in (planned, received, spent)]
            if not all(field.is_valid for field in (planned, received, spent)):
                return "Type the amounts in pounds and pence."
            body = PartyId(party.key) if isinstance(party.key, int) else None
            if body is None and not source.text().strip():
                return "Say who gives it."
            if not any(amounts):
                return "Type what is planned, received or spent."
            after = replace(
                before,
                source=source.text() if body is None else "",
                party=body,
                type=SourceType(type.key),
                is_in_kind=sort.key is True,
                is_secured=secured.key is True,
                planned=amounts[0] or Money.ZERO,
                received=amounts[1] or Money.ZERO,
                spent=amounts[2] or Money.ZERO,
                note=note.text(),
            )
            command = AddMatch(after) if kept is None else ChangeMatch(kept.id, after)
            self.office.do(command, f"Keep the match for {row.ref}", lambda _effect: self._back(row))
            return ""

        form = Form("Keep the match", accept, lambda: self._back(row))
        bodies = [Option(id, name) for id, name in answer.parties]
        party = form.choice("Given by", [Option(None, "another source, named below"), *bodies], before.party)
        source = form.text("Source", before.source, "for example Comic Relief")
        sort = form.choice(
            "How", [Option(False, "in cash"), Option(True, "in kind, beside the spend")], before.is_in_kind
        )
        planned = form.money("Planned, £", before.planned or None)
        secured = form.choice(
            "Secured", [Option(False, "not secured yet"), Option(True, "secured")], before.is_secured
        )
        received = form.money("Received, £", before.received or None)
        spent = form.money("Spent outside the ledger, or its value given, £", before.spent or None)
        type = form.choice(
            "Sort of funder", [Option(each.value, each.value) for each in SourceType], before.type.value
        )
        note = form.text("Note", before.note, "letter or minute that promises it")
        if kept is not None:
            id = kept.id
            form.add(
                "Or take it out",
                button(
                    "Remove this match",
                    lambda: self.office.do(
                        RemoveMatch(id), "Remove the match", lambda _effect: self._back(row)
                    ),
                ),
            )
        return form

    def _post(self, row: ProjectFunding, kept: Kept[Post] | None) -> None:
        title = f"A post on {row.ref}" if kept is None else f"Change {kept.value.title}"
        self.open_form(title, partial(self._post_form, row, kept), deeper=True)

    def _post_form(self, row: ProjectFunding, kept: Kept[Post] | None) -> Form:
        answer = self._answer
        if answer is None:
            raise AssertionError("a form is opened from what is shown")
        before = kept.value if kept is not None else None
        shares = [
            each.value for each in answer.post_shares if kept is not None and each.value.post == kept.id
        ]
        by_fund = {share.fund: share.percent for share in shares if share.fund is not None}
        others = [share for share in shares if share.fund is None]

        def accept() -> str:
            amount = amount_of(cost)
            if not title.text().strip():
                return "Say what the post is."
            if amount is None or not amount:
                return "Type what the post costs, in pounds and pence."
            try:
                full = percent_of(fte.text()) or Decimal(0)
                payers = [
                    Payer(percent, fund)
                    for fund, field in funds.items()
                    if (percent := percent_of(field.text())) is not None
                ]
                payers += [
                    Payer(percent, source=source.text())
                    for source, field in sources
                    if (percent := percent_of(field.text())) is not None
                ]
            except ValueError as error:
                return f"“{error}” is not a number: type 0.5 for half a post, 60 for 60%."
            if not months.text().strip().isdigit():
                return "Type how many months of the year, 1 to 12."
            post = Post(row.project, answer.year, title.text(), full, int(months.text()), amount)
            id = PostId(kept.id) if kept is not None else None
            self.office.do(
                KeepPost(post, tuple(payers), id),
                f"Keep the post on {row.ref}",
                lambda _effect: self._back(row),
            )
            return ""

        form = Form("Keep the post", accept, lambda: self._back(row))
        title = form.text("Post", before.title if before else "", "for example Youth offending worker")
        fte = form.text(
            "Full-time equivalents", f"{before.fte:f}" if before else "1", "1 is full time, 0.5 half"
        )
        months = form.text("Months of the year", str(before.months) if before else "12", "1 to 12")
        cost = form.money("Cost for these months, £", before.cost if before else None)
        funds: dict[FundId, QLineEdit] = {}
        for fund, name in answer.funds:
            percent = by_fund.get(fund)
            funds[fund] = form.text(
                f"{name} pays, %", f"{percent:f}" if percent is not None else "", "nothing"
            )
        sources = []
        for number in range(len(others) + 1):
            share = others[number] if number < len(others) else None
            which = "Another source" if number == 0 else f"Another source ({number + 1})"
            source = form.text(which, share.source if share else "", "for example the council")
            field = form.text(f"{which} pays, %", f"{share.percent:f}" if share else "", "nothing")
            sources.append((source, field))
        form.note("What nobody pays yet stays open; together the parts are 100% at most.")
        if kept is not None:
            id = PostId(kept.id)
            form.add(
                "Or take it out",
                button(
                    "Remove this post",
                    lambda: self.office.do(
                        RemovePost(id), "Remove the post", lambda _effect: self._back(row)
                    ),
                ),
            )
        return form

    def _details(self, row: ProjectFunding) -> None:
        position = self._position
        if position is not None:
            detail = GrantDetail(position.position.fund_id, position.position.year)
            self.office.ask_of_grant("projects.details", detail, partial(self._open_details, row), self)

    def _open_details(self, row: ProjectFunding, detail: GrantAnswer) -> None:
        answer = self._answer
        kept = next((each for each in detail.projects if each.id == row.project), None)
        if answer is None or kept is None:
            return
        self.open_form(
            f"Details of {row.ref}",
            lambda: details_form(self.office, kept, answer.parties, lambda: self._back(row)),
            deeper=True,
        )
