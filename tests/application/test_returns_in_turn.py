"""Quarters sent in turn, with late postings, restatements, other charges and accruals between, queried and sent again:
what was sent stays (R17), the quarters and the correction are the year (R32), each difference is explained (R35)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings, strategies as st

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.returns import QueryReturn, SaveReturn, SubmitReturn
from fundingapp.application.commands.story import WriteText
from fundingapp.application.desk import Desk
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.sent_returns import ReturnDifferences, ReturnOpened, ReturnVersions
from fundingapp.application.queries.signing import CertificatesOf
from fundingapp.domain.adjustments import Accrual, effects
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId, ReturnId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.periods import last_period_of
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.signing import CertificateState
from tests.builders_core import YEAR, accept_errors, certified, make_download, make_line, set_up_grant
from tests.fakes import FakeStore, make_tools

FUND = FundId(1)
REFS = {ProjectId(1): "P-01", ProjectId(2): "P-02"}


class Step(NamedTuple):
    """What happens next; what it does not need is left unused. *pence* is never nought."""

    what: str
    project: ProjectId
    period: int
    pence: int
    which: int


steps = st.builds(
    Step,
    st.sampled_from(
        ("send", "send", "send", "certify", "post", "restate", "charge", "accrue", "resubmit", "say")
    ),
    st.sampled_from(tuple(REFS)),
    st.integers(1, 13),
    st.sampled_from((1, -1, 250, -999)),
    st.integers(0, 50),
)


class Grant:
    """A grant with what its ledger and its accruals come to, summed here by itself."""

    def __init__(self) -> None:
        self.desk = Desk(make_tools(FakeStore().open_work))
        set_up_grant(self.desk)
        self.lines: list[LedgerLine] = []
        self.charged: list[ProjectId] = []
        self.accruals: list[Accrual] = []
        #: What was sent: the return, its quarter, and all that it keeps, as it was that day.
        self.sent: dict[ReturnId, tuple[int, object]] = {}
        self.waiting: tuple[ReturnId, int, Counter[tuple[ProjectId, int]]] | None = None
        for project, period in ((ProjectId(1), 2), (ProjectId(2), 5)):
            self.post(Step("post", project, period, 1_000, 0))

    @property
    def newest(self) -> tuple[ReturnId, int] | None:
        """The last return that was sent, with its quarter."""
        if not self.sent:
            return None
        id = max(self.sent)
        return id, self.sent[id][0]

    def amounts(self, to_period: int = 13) -> Counter[tuple[ProjectId, int]]:
        """The pence of each project and period, the closing adjustments in the thirteenth."""
        found: Counter[tuple[ProjectId, int]] = Counter()
        for line, project in zip(self.lines, self.charged, strict=True):
            found[project, line.period] += line.amount.pence
        for accrual in self.accruals:
            for year, period, amount in effects(accrual):
                if year == YEAR:
                    found[accrual.project, period] += amount.pence
        return Counter({key: pence for key, pence in found.items() if pence and key[1] <= to_period})

    def do(self, step: Step) -> None:
        getattr(self, step.what)(step)

    def _import(self) -> None:
        self.desk.do(ImportLedger(make_download(self.lines, f"{len(self.lines)}-{id(object())}.csv")))

    def post(self, step: Step) -> None:
        """A late posting, of whichever period."""
        key = f"T{len(self.lines) + 1}"
        self.lines.append(make_line(key, Money(step.pence), period=step.period, row=len(self.lines) + 2))
        self.charged.append(step.project)
        self._import()
        self._charge(len(self.lines), step.project)

    def restate(self, step: Step) -> None:
        """The finance system states a line otherwise."""
        at = step.which % len(self.lines)
        self.lines[at] = self.lines[at]._replace(amount=self.lines[at].amount + Money(step.pence))
        self._import()

    def charge(self, step: Step) -> None:
        at = step.which % len(self.lines)
        self.charged[at] = step.project
        self._charge(at + 1, step.project)

    def _charge(self, line: int, project: ProjectId) -> None:
        self.desk.do(ChargeLines((LineId(line),), parse_target(REFS[project]), "theirs"))

    def accrue(self, step: Step) -> None:
        accrual = Accrual(
            step.project,
            FUND,
            Kind.REVENUE,
            YEAR,
            min(step.period, 12),
            Money(abs(step.pence)),
            "Trust",
            "work",
        )
        self.desk.do(AddAccrual(accrual, ("invoice",)))
        self.accruals.append(accrual)

    def say(self, step: Step) -> None:
        """Words, which change no figure."""
        self.desk.do(
            WriteText(FUND, YEAR, min(step.which % 4 + 1, 4), NarrativeSection.PROGRESS, f"As of {step}.")
        )

    def certify(self, step: Step) -> None:
        """The next quarter's return, ready to go."""
        quarter = self.newest[1] + 1 if self.newest else 1
        if quarter <= 4:
            self._certified(quarter)

    def _certified(self, quarter: int) -> ReturnId:
        accept_errors(self.desk, FUND, YEAR, quarter)
        id = self.desk.do(SaveReturn(FUND, YEAR, quarter, Path(f"Q{quarter}.xlsx"))).result.id
        certified(self.desk, id)
        self.waiting = (id, quarter, self.amounts(last_period_of(quarter)))
        return id

    def send(self, step: Step) -> None:
        self.certify(step)
        self._go()

    def resubmit(self, step: Step) -> None:
        """The commissioner asks, and gets a new version."""
        if self.newest is None:
            return
        id, quarter = self.newest
        self.desk.do(QueryReturn(id, "Is it right?"))
        self.sent[id] = (quarter, self.kept(id))
        self._certified(quarter)
        self._go()

    def _go(self) -> None:
        if self.waiting is not None:
            id, quarter, _ = self.waiting
            self.desk.do(SubmitReturn(id))
            self.waiting = None
            self.sent[id] = (quarter, self.kept(id))

    def kept(self, id: ReturnId) -> object:
        """All that a return keeps."""
        shown = self.desk.ask(ReturnOpened(id))
        return shown.version.value, shown.proof


def check_what_was_sent(grant: Grant) -> None:
    """R17: a return that was sent stays, also in what its quarters state from then on."""
    for id, (_, kept) in grant.sent.items():
        assert grant.kept(id) == kept
    position = grant.desk.ask(PositionOf(FUND, YEAR, 13)).position
    if grant.newest is not None:
        id, quarter = grant.newest
        stated = {
            (project, kind): amounts
            for project, kind, amounts in grant.desk.ask(ReturnOpened(id)).version.value.quarters
        }
        for project in position.projects:
            assert project.quarters[:quarter] == stated[project.project_id, project.kind]
    for project in position.projects:  # R32
        assert Money.total(project.quarters) + project.prior_period_adjustment == project.spent
        ours = sum(pence for (head, _), pence in grant.amounts().items() if head == project.project_id)
        assert project.spent == Money(ours)


def check_differences(grant: Grant) -> None:
    """R35: what differs from each return to now, and to the version after it, is listed to the penny."""
    for id, (quarter, _) in grant.sent.items():
        found = grant.desk.ask(ReturnDifferences(id))
        assert found.now == Money(sum(grant.amounts(last_period_of(quarter)).values()))
        replaced = [other for other, (of, _) in grant.sent.items() if of == quarter and other > id]
        for each in (found, *(grant.desk.ask(ReturnDifferences(id, other)) for other in replaced[:1])):
            spend = [figure for figure in each.figures if "/spend/" in figure.figure]
            assert Money.total(figure.difference for figure in spend) == each.difference
            for figure in each.figures:
                assert Money.total(part.difference for part in figure.parts) == figure.now - figure.was
                assert all(part.what for part in figure.parts)
            if any(part.kind == "lines" for figure in spend for part in figure.parts):
                assert each.decisions


def check_what_waits(grant: Grant) -> None:
    """One penny inside makes a certificate void, and names it; words and other periods do not."""
    if grant.waiting is None:
        return
    id, quarter, was = grant.waiting
    now = grant.amounts(last_period_of(quarter))
    [shown] = [each for each in grant.desk.ask(ReturnVersions(FUND, YEAR, quarter)) if each.id == id]
    [certificate] = [
        each.certificate
        for each in grant.desk.ask(CertificatesOf(FUND, YEAR))
        if each.certificate.saved == id
    ]
    if now == was and shown.value.state is ReturnState.CERTIFIED:
        assert certificate.state is CertificateState.CERTIFIED
        return
    assert (shown.value.state, certificate.state) == (ReturnState.DRAFT, CertificateState.VOIDED)
    for words in (certificate.voided_why, shown.steps[-1].reason):
        assert " was £" in words or " was −£" in words
        assert ", is " in words
    grant.waiting = None


@settings(max_examples=min(12, settings().max_examples), deadline=None)
@given(st.lists(steps, min_size=6, max_size=14))
def test_what_was_sent_stays_and_every_difference_is_explained(done: Sequence[Step]) -> None:
    grant = Grant()
    for step in done:
        grant.do(step)
        check_what_waits(grant)
        check_what_was_sent(grant)
        check_differences(grant)
