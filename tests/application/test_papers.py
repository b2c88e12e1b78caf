"""Papers of their own: taken in, described, linked, replaced, cleaned, kept longer, removed and erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.claims import RecordPayment
from fundingapp.application.commands.papers import (
    AddPapers,
    ChangePaper,
    ChangePapers,
    CleanPaper,
    ErasePaper,
    KeepLonger,
    LinkPapers,
    LookedAt,
    NewPaper,
    RemovePapers,
    ReplacePaper,
    UnlinkPapers,
)
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command, Topic
from fundingapp.application.ports import LookedInto, Tools
from fundingapp.application.queries import difference
from fundingapp.application.queries.deadlines import PAPERS, Deadlines
from fundingapp.application.queries.difference import TallyOf
from fundingapp.application.queries.evidence import (
    CheckPapers,
    EvidenceCopy,
    PaperDetail,
    PaperRow,
    Papers,
    PapersOf,
    ThingsToSupport,
)
from fundingapp.application.queries.evidence_gaps import GapsOf, gap_in_words
from fundingapp.application.queries.given_files import LookIntoFiles, LookIntoText, sort_of
from fundingapp.application.queries.papers_due import PapersToReview, ReviewWhy, WhatErasingTakes
from fundingapp.application.queries.papers_glance import EvidenceWaiting
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.claims import Payment
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import (
    SUPPORTABLE,
    About,
    Agreed,
    EvidenceType,
    FileState,
    Keeping,
    Marking,
    PersonalData,
    Supported,
)
from fundingapp.domain.gaps import Gap, GapKind
from fundingapp.domain.ids import EvidenceId, FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Indicator, IndicatorFigure
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.personal_data import ClueSort
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, money, set_up_grant
from tests.fakes import FakePapers, FakeSourceStore, FakeStore, make_tools

LETTER, SURVEY, PHOTO, PROGRAM = Path("letter.pdf"), Path("survey.txt"), Path("photo.jpg"), Path("setup.exe")
FIGURE = Supported("figure", 1)


@pytest.fixture
def sources() -> FakeSourceStore:
    files = {LETTER: b"a letter", SURVEY: b"a survey", PHOTO: b"a photo", PROGRAM: b"a program"}
    return FakeSourceStore(files)


@pytest.fixture
def tools(store: FakeStore, sources: FakeSourceStore) -> Tools:
    papers = FakePapers({"survey.txt": "ask jane.doe@example.org"})
    return make_tools(store.open_work, sources=sources, papers=papers)


@pytest.fixture
def desk(tools: Tools) -> Desk:
    """A grant with an outcome, an indicator of it and the figure of the first quarter."""
    desk = Desk(tools)
    set_up_grant(desk)
    project = ProjectId(1)
    indicator = Indicator("Clients supported", project, outcome=OutcomeId(1))
    figure = IndicatorFigure(IndicatorId(1), date(2018, 4, 1), date(2018, 6, 30), None)
    desk.do(
        AddRecords(
            (
                Record("outcomes", 1, Outcome("Safer homes", project)),
                Record("indicators", 1, indicator),
                Record("indicator_figures", 1, figure),
            ),
            "add a figure",
        )
    )
    return desk


def add(desk: Desk, *papers: NewPaper, to: tuple[Supported, ...] = (), accept: str = "") -> EvidenceId:
    return desk.do(AddPapers(papers, to, accept)).result[0].id


def row_of(desk: Desk, paper: EvidenceId) -> PaperRow:
    return desk.ask(PaperDetail(paper)).row


def test_a_file_is_taken_in_with_what_is_known_of_it(desk: Desk, sources: FakeSourceStore) -> None:
    about = About("The award", EvidenceType.LETTER, date(2018, 4, 2), marking=Marking.OFFICIAL)
    effect = desk.do(AddPapers((NewPaper(LETTER, about),), (FIGURE, Supported("project", 1))))
    [added] = effect.result
    assert not added.known
    row = row_of(desk, added.id)
    assert (row.of.name, row.of.title, row.of.sort, row.of.marking) == (
        "letter.pdf",
        "The award",
        EvidenceType.LETTER,
        Marking.OFFICIAL,
    )
    assert (row.keeping, row.state) == (Keeping.FILE, FileState.WHOLE)
    assert row.of.media_type == "application/pdf"
    assert row.supports_in_words == "P-01 · Clients supported · Q1 2018/19; P-01 Project P-01"
    assert effect.changed & Topic.EVIDENCE
    assert effect.changed & Topic.RESULTS
    assert [copy.sha256 for copy in sources.kept] == [row.of.sha256]
    assert sources.discarded


@pytest.mark.parametrize(
    ("paper", "keeping"),
    [
        (NewPaper("minute 7 of the board"), Keeping.REFERENCE),
        (NewPaper("https://example.org/minutes"), Keeping.LINK),
        (NewPaper("What the client said", body="It made a difference."), Keeping.TEXT),
        (NewPaper(LETTER), Keeping.FILE),
    ],
)
def test_each_way_of_keeping_is_told_apart_and_taken_back(
    desk: Desk, store: FakeStore, paper: NewPaper, keeping: Keeping
) -> None:
    assert_taken_back_and_done_again(desk, store, AddPapers((paper,), (FIGURE,)))
    [row] = desk.ask(Papers()).rows
    assert row.keeping is keeping


def test_the_same_file_is_kept_once_and_that_is_told(desk: Desk, sources: FakeSourceStore) -> None:
    first = add(desk, NewPaper(LETTER))
    [again] = desk.do(AddPapers((NewPaper(LETTER),), (FIGURE,))).result
    assert (again.id, again.known) == (first, True)
    assert again.told[0].kind == "known"
    assert desk.ask(Papers()).total == 1
    assert [row.id for row in desk.ask(PapersOf(FIGURE))] == [first]


def test_what_looks_like_personal_data_comes_in_only_for_a_reason(desk: Desk, store: FakeStore) -> None:
    refusal = refusal_of(desk, store, AddPapers((NewPaper(LETTER), NewPaper(SURVEY))))
    assert refusal.code == "personal_data"
    assert "1 e-mail address (survey.txt, line 1)" in refusal.message
    assert "jane" not in str(refusal)
    paper = add(desk, NewPaper(SURVEY), accept="the client agreed")
    assert row_of(desk, paper).of.found == "Looks like 1 e-mail address (line 1)."
    with store.open_work(reading=True) as work:
        [line] = work.journal.lines(1)
    assert line.after["accepted_personal_data"] == "the client agreed"
    text = NewPaper("What she said", body="call 07700 900123")
    assert refusal_of(desk, store, AddPapers((text,))).code == "personal_data"
    assert [clue.sort for clue in desk.ask(LookIntoText(text.body))] == [ClueSort.PHONE]


def test_files_are_looked_at_before_they_are_taken_in(desk: Desk, sources: FakeSourceStore) -> None:
    known = add(desk, NewPaper(LETTER))
    looks = {
        look.name: look
        for look in desk.ask(LookIntoFiles((LETTER, SURVEY, PHOTO, PROGRAM, Path("gone.pdf"))))
    }
    assert looks["letter.pdf"].known == known
    assert [clue.place for clue in looks["survey.txt"].found] == ["line 1"]
    assert (looks["photo.jpg"].cleanable, looks["photo.jpg"].sort) == (
        ("where it was taken",),
        EvidenceType.PHOTO,
    )
    assert [told.kind for told in looks["setup.exe"].told] == ["program"]
    assert looks["gone.pdf"].problem.startswith("There is no file “gone.pdf”.")
    assert looks["letter.pdf"].keep is not None
    assert len(sources.kept) == 1


class CountedPapers(FakePapers):
    """Counts how often each file is looked into."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(texts)
        self.looked: list[str] = []

    def texts(self, path: Path, name: str, media_type: str) -> LookedInto:
        self.looked.append(name)
        return super().texts(path, name, media_type)


def test_a_file_is_looked_into_once_and_again_only_when_it_was_changed_since(
    desk: Desk, tools: Tools, sources: FakeSourceStore
) -> None:
    papers = CountedPapers({"survey.txt": "ask jane.doe@example.org"})
    desk = Desk(replace(tools, papers=papers))
    letter, survey = desk.ask(LookIntoFiles((LETTER, SURVEY)))
    new = (NewPaper(LETTER, seen=letter.seen), NewPaper(SURVEY, seen=survey.seen))
    with pytest.raises(ExpectedError, match=r"survey\.txt, line 1"):  # what was seen counts as what is found
        desk.do(AddPapers(new))
    added = desk.do(AddPapers(new, accept="she agreed")).result
    assert [row_of(desk, each.id).of.found for each in added] == [
        "Nothing that looks like personal data was found.",
        "Looks like 1 e-mail address (line 1).",
    ]
    assert papers.looked == ["letter.pdf", "survey.txt"]
    sources.files[LETTER] = b"another letter"
    papers.said["letter.pdf"] = "call 07700 900123"
    with pytest.raises(ExpectedError, match="1 phone number"):
        desk.do(AddPapers(new[:1]))
    with pytest.raises(ExpectedError, match="1 phone number"):
        desk.do(ReplacePaper(added[0].id, LETTER, seen=letter.seen))
    assert papers.looked == ["letter.pdf", "survey.txt", "letter.pdf", "letter.pdf"]


def test_a_photo_is_cleaned_when_it_comes_in_and_the_hash_of_the_original_stays(
    desk: Desk, sources: FakeSourceStore
) -> None:
    paper = add(desk, NewPaper(PHOTO, clean=True))
    evidence = row_of(desk, paper).of
    assert evidence.cleaned_from != evidence.sha256 != ""
    assert [copy.sha256 for copy in sources.kept] == [evidence.sha256]
    # The original of it is known, too.
    [again] = desk.do(AddPapers((NewPaper(PHOTO),))).result
    assert (again.id, again.known) == (paper, True)


def test_a_photo_is_cleaned_later(desk: Desk, store: FakeStore) -> None:
    paper = add(desk, NewPaper(PHOTO))
    original = row_of(desk, paper).of.sha256
    assert_taken_back_and_done_again(desk, store, CleanPaper(paper))
    assert row_of(desk, paper).of.cleaned_from == original
    assert refusal_of(desk, store, CleanPaper(add(desk, NewPaper("minute 7")))).code == "no_file"
    assert refusal_of(desk, store, CleanPaper(add(desk, NewPaper(LETTER)))).code == "nothing_to_clean"


def test_what_is_said_of_papers_is_changed(desk: Desk, store: FakeStore) -> None:
    paper = add(desk, NewPaper(LETTER))
    about = About(" The award ", EvidenceType.LETTER, agreed=Agreed.HELD, sample=12, method="by post")
    assert_taken_back_and_done_again(desk, store, ChangePaper(paper, about, name="a/b: the letter.pdf"))
    evidence = row_of(desk, paper).of
    assert (evidence.title, evidence.sample, evidence.name) == ("The award", 12, "b_ the letter.pdf")
    assert refusal_of(desk, store, ChangePaper(paper, replace(about, sample=-1))).code == "bad_sample"
    assert refusal_of(desk, store, ChangePaper(paper, about, body="words")).code == "no_text"
    both = (paper, add(desk, NewPaper("minute 7")))
    assert_taken_back_and_done_again(desk, store, ChangePapers(both, (("marking", Marking.SENSITIVE),)))
    assert {row.of.marking for row in desk.ask(Papers()).rows} == {Marking.SENSITIVE}


def test_a_text_that_is_changed_is_looked_into_again(desk: Desk) -> None:
    paper = add(desk, NewPaper("Said", body="It helped."))
    desk.do(LookedAt((paper,), PersonalData.NONE))
    about = replace(About(), personal=PersonalData.NONE)
    desk.do(ChangePaper(paper, about, body="Call 07700 900123"))
    evidence = row_of(desk, paper).of
    assert (evidence.personal, evidence.body) == (PersonalData.UNKNOWN, "Call 07700 900123")
    assert evidence.found == "Looks like 1 phone number (line 1)."


def test_papers_are_linked_and_taken_off(desk: Desk, store: FakeStore) -> None:
    papers = (add(desk, NewPaper(LETTER)), add(desk, NewPaper("minute 7")))
    assert_taken_back_and_done_again(desk, store, LinkPapers(papers, (FIGURE, Supported("outcome", 1))))
    assert len(desk.ask(PapersOf(FIGURE))) == 2
    assert_taken_back_and_done_again(desk, store, UnlinkPapers(papers[:1], (FIGURE,)))
    assert [row.id for row in desk.ask(PapersOf(FIGURE))] == [papers[1]]
    assert refusal_of(desk, store, UnlinkPapers(papers[:1], (FIGURE,))).code == "no_link"
    assert refusal_of(desk, store, LinkPapers(papers, (Supported("weather", 1),))).code == "cannot_support"
    for what in SUPPORTABLE:
        assert refusal_of(desk, store, LinkPapers(papers, (Supported(what, 99),))).code == "not_found"
    assert [row.id for row in desk.ask(Papers(unlinked=True)).rows] == []


def test_a_new_version_takes_the_links_and_the_old_one_stays(desk: Desk, store: FakeStore) -> None:
    old = add(desk, NewPaper(LETTER, About("The award")), to=(FIGURE,))
    assert_taken_back_and_done_again(desk, store, ReplacePaper(old, PHOTO))
    [row] = desk.ask(Papers()).rows
    assert row.of.replaces == old
    assert (row.of.title, row.of.personal) == ("The award", PersonalData.UNKNOWN)
    assert [each.id for each in desk.ask(PapersOf(FIGURE))] == [row.id]
    shown = desk.ask(PaperDetail(row.id))
    assert [each.id for each in shown.versions] == [old, row.id]
    assert shown.versions[0].replaced_by == row.id
    assert refusal_of(desk, store, ReplacePaper(old, PROGRAM)).code == "not_newest"
    assert refusal_of(desk, store, ReplacePaper(row.id, PHOTO)).code == "same_file"
    assert refusal_of(desk, store, ReplacePaper(row.id, SURVEY)).code == "personal_data"


def test_papers_that_were_added_by_mistake_are_removed_with_their_versions(
    desk: Desk, store: FakeStore
) -> None:
    old = add(desk, NewPaper(LETTER), to=(FIGURE,))
    new = desk.do(ReplacePaper(old, PHOTO)).result
    assert_taken_back_and_done_again(desk, store, RemovePapers((new,)))
    assert desk.ask(Papers()).rows == ()
    assert desk.ask(PapersOf(FIGURE)) == ()


def test_how_long_a_paper_is_kept_is_decided_by_a_person(desk: Desk, store: FakeStore) -> None:
    today = store.open_work(reading=True).today
    paper = add(desk, NewPaper(LETTER, About(retain_until=today - timedelta(days=1))))
    desk.do(LookedAt((paper,), PersonalData.NONE))
    [review] = desk.ask(PapersToReview())
    assert (review.why, review.row.id, review.row.due) == (ReviewWhy.DUE, paper, True)
    later = today + timedelta(days=400)
    assert refusal_of(desk, store, KeepLonger((paper,), later, " ")).code == "no_reason"
    assert (
        refusal_of(desk, store, KeepLonger((paper,), today - timedelta(days=2), "audit")).code == "past_day"
    )
    assert_taken_back_and_done_again(desk, store, KeepLonger((paper,), later, "the audit goes on"))
    assert desk.ask(PapersToReview()) == ()


def test_what_is_erased_leaves_its_hash_and_a_gap(
    desk: Desk, store: FakeStore, sources: FakeSourceStore
) -> None:
    about = About("Alice Example's story", EvidenceType.CASE_STUDY)
    paper = add(desk, NewPaper(LETTER, about), to=(FIGURE,))
    digest = row_of(desk, paper).of.sha256
    asked = desk.ask(WhatErasingTakes(paper))
    assert "That it supported P-01 · Clients supported · Q1 2018/19, where a gap shows then" in asked.stays
    assert refusal_of(desk, store, ErasePaper(paper, "  ")).code == "no_reason"
    effect = desk.do(ErasePaper(paper, "kept long enough"))
    assert effect.inverse is None
    assert (effect.result.versions, effect.result.entries) == (1, 1)
    assert desk.undo_name is None
    row = row_of(desk, paper)
    assert (row.keeping, row.state, row.of.sha256) == (Keeping.ERASED, FileState.ERASED, digest)
    assert (row.of.name, row.of.title, row.of.erased_by) == ("paper 1 (erased)", "", "Ann")
    assert sources.kept == []
    with store.open_work(reading=True) as work:
        said = repr(work.journal.lines())
    assert "Alice" not in said
    assert "letter.pdf" not in said
    [gap] = [gap for gap in desk.ask(GapsOf(YEAR)).rows if gap.supported == FIGURE]
    assert gap.kind is GapKind.ERASED
    for command in (
        ErasePaper(paper, "again"),
        ChangePaper(paper, About()),
        LinkPapers((paper,), (FIGURE,)),
        RemovePapers((paper,)),
        LookedAt((paper,), PersonalData.NONE),
    ):
        assert refusal_of(desk, store, command).code == "is_erased"
    refusal = refusal_of(desk, store, AddPapers((NewPaper(LETTER),)))
    assert (refusal.code, "kept long enough" in refusal.message) == ("was_erased", True)
    with pytest.raises(ExpectedError) as caught:
        desk.ask(EvidenceCopy(paper))
    assert caught.value.code == "is_erased"


def test_every_version_is_erased_together(desk: Desk, sources: FakeSourceStore) -> None:
    old = add(desk, NewPaper(LETTER))
    new = desk.do(ReplacePaper(old, PHOTO)).result
    assert desk.do(ErasePaper(new, "asked for", by_request=True)).result.versions == 2
    assert sources.kept == []
    assert row_of(desk, old).of.erased_why == "asked for (asked for by a person)"


def test_a_file_that_a_command_brings_along_is_looked_into_as_well(desk: Desk) -> None:
    payment = Payment(FundId(1), YEAR, date(2018, 7, 1), money("10.00"))
    desk.do(RecordPayment(payment, evidence=(SURVEY,)))
    [row] = desk.ask(Papers()).rows
    assert row.of.found == "Looks like 1 e-mail address (line 1)."
    assert row.supports[0].words.endswith(" · payment of £10.00 on 01/07/2018 · 2018/19")
    assert [each.why for each in desk.ask(PapersToReview())] == [ReviewWhy.PERSONAL]


def test_the_list_is_filtered_and_searched(desk: Desk) -> None:
    letter = add(desk, NewPaper(LETTER, About(sort=EvidenceType.LETTER, agreed=Agreed.MISSING)), to=(FIGURE,))
    minute = add(desk, NewPaper("minute 7", About(dated=date(2016, 5, 3))))
    for question, wanted in (
        (Papers(), [minute, letter]),
        (Papers(text="clients LETTER"), [letter]),
        (Papers(sorts=(EvidenceType.LETTER,)), [letter]),
        (Papers(agreed=(Agreed.MISSING,)), [letter]),
        (Papers(keepings=(Keeping.REFERENCE,)), [minute]),
        (Papers(states=(FileState.MISSING,)), []),
        (Papers(personal=(PersonalData.SOME,)), []),
        (Papers(supported=FIGURE), [letter]),
        (Papers(unlinked=True), [minute]),
        (Papers(year=YEAR), [letter]),  # by the figure that it supports
        (Papers(year=FinancialYear(2016)), [minute]),  # by its day
    ):
        assert [row.id for row in desk.ask(question).rows] == wanted
    assert desk.ask(CheckPapers()) == ((letter, FileState.WHOLE), (minute, FileState.NONE))


def test_a_lost_file_is_missing_in_the_list_in_the_gaps_and_in_the_review(
    desk: Desk, sources: FakeSourceStore
) -> None:
    paper = add(desk, NewPaper(LETTER))
    sources.kept.clear()
    assert row_of(desk, paper).state is FileState.MISSING
    assert GapKind.MISSING in {row.kind for row in desk.ask(GapsOf()).rows}
    assert ReviewWhy.STATE in {each.why for each in desk.ask(PapersToReview())}


def test_the_badge_asks_the_disk_once_of_each_file(
    desk: Desk, sources: FakeSourceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desk, NewPaper(LETTER))
    add(desk, NewPaper(PHOTO))
    asked: list[str] = []
    state = sources.state

    def counted(sha256: str, size: int) -> FileState:
        asked.append(sha256)
        return state(sha256, size)

    monkeypatch.setattr(sources, "state", counted)
    sources.kept.pop()
    waiting = desk.ask(EvidenceWaiting(YEAR, FundId(1)))
    assert len(asked) == 2
    papers = {row.row.id for row in desk.ask(PapersToReview())}
    gaps = desk.ask(GapsOf(YEAR, FundId(1))).rows
    assert waiting == len(papers | {gap.paper for gap in gaps if gap.paper}) + sum(
        not gap.paper for gap in gaps
    )
    assert waiting == 3  # the figure, the photo that is gone, the letter that nobody looked at


def test_how_it_stands_is_told_once_while_the_file_stays_as_it_is_and_never_from_the_disk(
    desk: Desk, sources: FakeSourceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[TallyOf] = []
    tell = difference._tally

    def counted(work: Any, tools: Any, question: TallyOf, quarter: int) -> Any:
        told.append(question)
        return tell(work, tools, question, quarter)

    monkeypatch.setattr(difference, "_tally", counted)
    monkeypatch.delattr(FakeSourceStore, "state")
    question = TallyOf(YEAR, FundId(1), 1)
    assert desk.ask(question).tally.gaps == 1
    assert desk.ask(question).tally.gaps == 1
    assert told == [question]
    assert desk.ask(replace(question, projects=())).tally.gaps == 0  # of another district
    add(desk, NewPaper(LETTER), to=(FIGURE,))
    assert desk.ask(question).tally.gaps == 0
    desk.undo()
    assert desk.ask(question).tally.gaps == 1
    assert len(told) == 4


def test_whatever_can_be_supported_is_found_by_its_words(desk: Desk) -> None:
    [figure] = desk.ask(ThingsToSupport("clients q1"))
    assert figure.supported == FIGURE
    assert (figure.page, figure.year) == ("outcomes", YEAR)
    assert len(desk.ask(ThingsToSupport(most=2))) == 2


def test_a_gap_closes_with_its_paper_and_the_list_is_empty_then(desk: Desk) -> None:
    desk.do(
        AddRecords(
            (
                Record(
                    "outcome_statements", 1, OutcomeStatement(OutcomeId(1), YEAR, 1, "Fewer repeat victims")
                ),
            ),
            "say what changed",
        )
    )
    sentences = [row.sentence for row in desk.ask(GapsOf(YEAR)).rows]
    assert sentences == [
        "Safer homes, Q1 2018/19: no evidence for “Clients supported”",
        "Safer homes, Q1 2018/19: no evidence for what is said to have changed",
    ]
    assert desk.ask(GapsOf(YEAR.next)).rows == ()
    paper = add(desk, NewPaper(LETTER), to=(FIGURE,))
    [gap] = desk.ask(GapsOf(YEAR)).rows
    assert (gap.kind, gap.paper) == (GapKind.PERSONAL, paper)
    desk.do(LookedAt((paper,), PersonalData.NONE))
    assert desk.ask(GapsOf(YEAR)).count == 0


@pytest.mark.parametrize("kind", list(GapKind))
def test_every_kind_of_gap_has_its_sentence(kind: GapKind) -> None:
    assert len(gap_in_words(Gap(kind, "claim 1", YEAR, 1, group="Police grant"))) > 20


@pytest.mark.parametrize(
    ("name", "kind", "sort"),
    [
        ("Invoice 12.pdf", "application/pdf", EvidenceType.INVOICE),
        ("case study A.docx", "", EvidenceType.CASE_STUDY),
        ("IMG_1.jpg", "image/jpeg", EvidenceType.PHOTO),
        ("crime.csv", "text/plain", EvidenceType.DATASET),
        ("thing.pdf", "application/pdf", EvidenceType.OTHER),
    ],
)
def test_the_sort_of_a_file_is_proposed(name: str, kind: str, sort: EvidenceType) -> None:
    assert sort_of(name, kind) is sort


@pytest.mark.parametrize(
    "command",
    [
        AddPapers((NewPaper(LETTER, About("Alice Example")),)),
        AddPapers((NewPaper("Alice Example", body="her story"),)),
    ],
)
def test_r09_no_sentence_of_the_history_names_a_paper(
    desk: Desk, store: FakeStore, command: Command[object]
) -> None:
    paper = desk.do(command).result[0].id  # type: ignore[index]  # papers that were added
    desk.do(ChangePaper(paper, About("Alice Example again")))
    desk.do(LookedAt((paper,), PersonalData.SOME))
    desk.do(RemovePapers((paper,)))
    with store.open_work(reading=True) as work:
        sentences = " ".join(line.sentence for line in work.journal.lines())
    assert "Alice" not in sentences
    assert "letter.pdf" not in sentences


def test_the_calendar_tells_until_when_papers_are_kept(desk: Desk) -> None:
    until = date(2025, 3, 31)
    about = About(retain_until=until)
    payment = desk.do(RecordPayment(Payment(FundId(1), YEAR, date(2018, 7, 1), money("10.00")))).result
    add(desk, NewPaper(LETTER, about), NewPaper("minute 7", about), to=(Supported("payment", payment),))
    add(desk, NewPaper("minute 8", About(retain_until=date(2020, 3, 31))))
    rows = [row for row in desk.ask(Deadlines()).rows if row.kind == PAPERS]
    assert [(row.due, row.title, row.page) for row in rows] == [
        (date(2020, 3, 31), "1 paper is kept until this day", "evidence"),
        (until, "2 papers are kept until this day", "evidence"),
    ]
    desk.do(RemovePapers((EvidenceId(1), EvidenceId(2), EvidenceId(3))))
    assert PAPERS not in {row.kind for row in desk.ask(Deadlines()).rows}


def test_how_long_is_proposed_by_the_agreement_of_what_it_supports(desk: Desk) -> None:
    terms = Terms(records_years=10)
    desk.do(
        AddRecords(
            (Record("agreements", 1, Agreement(FundId(1), "Police grant", YEAR, YEAR, terms=terms)),), "agree"
        )
    )
    payment = desk.do(RecordPayment(Payment(FundId(1), YEAR, date(2018, 7, 1), money("10.00")))).result
    invoice = About(sort=EvidenceType.INVOICE, dated=date(2018, 7, 1))
    paper = add(desk, NewPaper(LETTER, invoice), to=(Supported("payment", payment),))
    keep = desk.ask(PaperDetail(paper)).keep
    assert (keep.until, keep.reason) == (date(2029, 3, 31), "“Police grant” asks for 10 years after 2018/19")
