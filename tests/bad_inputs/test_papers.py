"""Papers with hostile names and contents, changed, missing, too large, telling too much, and erased (catalogue A and R,
and C07)."""

from __future__ import annotations

import io
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest
import xlsxwriter
from PIL import Image, PngImagePlugin

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.papers import (
    AddPapers,
    CleanPaper,
    ErasePaper,
    LinkPapers,
    LookedAt,
    NewPaper,
    RemovePapers,
    ReplacePaper,
)
from fundingapp.application.commands.records import AddRecords, ChangeRecord, Record
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.ports import TableColumn
from fundingapp.application.queries.deadlines import ExportCalendar
from fundingapp.application.queries.downloads import read_again
from fundingapp.application.queries.evidence import CheckPapers, EvidenceCopy, PaperDetail, Papers, SavePaper
from fundingapp.application.queries.evidence_gaps import GapsOf
from fundingapp.application.queries.exchange import ExportExchange
from fundingapp.application.queries.exports import ExportLines, LineColumn
from fundingapp.application.queries.given_files import LookIntoFiles
from fundingapp.application.queries.papers_due import PapersToReview, ReviewWhy, WhatErasingTakes
from fundingapp.application.queries.workspace import History
from fundingapp.application.releasing import AcceptPersonalData
from fundingapp.assembly import Assembly
from fundingapp.domain import paper_files
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.backups import Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import About, EvidenceType, FileState, PersonalData, Supported
from fundingapp.domain.findings import Severity
from fundingapp.domain.funds import Kind
from fundingapp.domain.gaps import GapKind
from fundingapp.domain.ids import EvidenceId, FundId, ProjectId
from fundingapp.domain.personal_data import ClueSort, PersonalDataError
from fundingapp.domain.retention import backups_holding
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry
from fundingapp.persistence import sources as stored
from fundingapp.persistence.backups import Backups, folder_of
from tests.bad_inputs.given import Given, cells
from tests.builders_core import YEAR, money

STORY = "Nobody Inparticular told us on 3 May how the flat was made safe"


def add(
    given: Given, *papers: Path | NewPaper, accept: str = "", to: tuple[Supported, ...] = ()
) -> EvidenceId:
    new = tuple(NewPaper(paper) if isinstance(paper, Path) else paper for paper in papers)
    return given.desk.do(AddPapers(new, to, accept)).result[0].id


def refused(given: Given, paper: Path) -> ExpectedError:
    before = given.desk.ask(History())
    with pytest.raises(ExpectedError) as caught:
        add(given, paper)
    assert caught.value.advice
    assert given.desk.ask(History()) == before
    assert kept_files(given) == []
    return caught.value


def kept_files(given: Given) -> list[Path]:
    root = given.file.with_name(f"{given.file.name}-files")
    return sorted(path for path in root.glob("??/*") if path.is_file())


def saved_again(given: Given, paper: EvidenceId, out: Path) -> bytes:
    out.mkdir(exist_ok=True)
    return given.desk.ask(SavePaper(paper, out)).read_bytes()


def gone(copy: Path) -> None:
    """Takes away what was lent, as the sweep does a day later."""
    copy.chmod(0o644)
    copy.unlink()
    copy.parent.rmdir()


# A01 to A10


@pytest.mark.parametrize(
    "name",
    [
        "..\\..\\x",
        "CON",
        "aux.pdf",
        "invoice\u202efdp.exe",
        "x" * 240 + ".pdf",
        "a:b.txt",
        " leading and trailing. ",
        "-rf",
        "$(reboot).txt",
        "new\nline.txt",
        "naïve “quotes”.csv",
    ],
)
def test_a01_a_hostile_name_is_kept_by_its_hash_and_saved_under_a_clean_one(
    given: Given, tmp_path: Path, name: str
) -> None:
    if os.name == "nt":
        pytest.skip("Windows itself takes no such name")
    paper = given.folder / name
    paper.write_bytes(b"words")
    id = add(given, paper)
    shown = given.desk.ask(PaperDetail(id)).row.of.name
    assert shown == paper_files.cleaned_name(name)
    [kept] = kept_files(given)
    assert len(kept.name) == 64
    out = tmp_path / "out"
    assert saved_again(given, id, out) == b"words"
    assert [path.name for path in out.iterdir()] == [shown]
    assert given.opened.check() == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"MZ\x90\x00"),
        ("invoice.pdf", b"MZ\x90\x00"),
        ("invoice.pdf.exe", b"harmless?"),
        ("run.js", b"WScript.Echo(1)"),
        ("letter.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"),
        ("tidy.sh", b"#!/bin/sh\n"),
        ("page.html", b"<!doctype html><script>1</script>"),
        ("budget.xlsm", b"PK\x03\x04"),
    ],
)
def test_a02_a_program_is_kept_and_saved_but_never_opened(
    given: Given, tmp_path: Path, name: str, content: bytes
) -> None:
    paper = given.raw(content, name)
    id = add(given, paper)
    shown = given.desk.ask(PaperDetail(id))
    assert (shown.opens, shown.why_not != "") == (False, True)
    with pytest.raises(ExpectedError) as caught:
        given.desk.ask(EvidenceCopy(id))
    assert caught.value.code == "not_opened"
    assert name in caught.value.message
    assert saved_again(given, id, tmp_path / "out") == content


def test_a02_a_document_with_macros_is_known_whatever_it_is_called(given: Given) -> None:
    path = given.folder / "budget.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/vbaProject.bin", b"\x00")
    shown = given.desk.ask(PaperDetail(add(given, path)))
    assert shown.why_not == "may hold macros, which are programs"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.jpg", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("letter.docx", b"%PDF-1.7 words", paper_files.PDF),
        ("letter.pdf", b"only words", paper_files.TEXT),
        ("photo.png", b"MZ\x90\x00", paper_files.PROGRAM),
    ],
)
def test_a03_a_file_that_is_not_what_its_name_says_is_told_and_kept_as_what_it_is(
    given: Given, name: str, content: bytes, kind: str
) -> None:
    [added] = given.desk.do(AddPapers((NewPaper(given.raw(content, name)),))).result
    assert "differs" in [told.kind for told in added.told]
    assert given.desk.ask(PaperDetail(added.id)).row.of.media_type == kind


def test_a04_the_limit_is_named_and_an_empty_file_is_kept_with_a_note(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = given.folder / "film.mp4"
    with film.open("wb") as file:
        file.truncate(paper_files.LARGEST + 1)  # a sparse file: nothing is written
    assert refused(given, film).message == (
        "“film.mp4” has more than 500 MB, the most that a paper may have."
    )
    [added] = given.desk.do(AddPapers((NewPaper(given.raw(b"", "empty.pdf")),))).result
    assert [told.kind for told in added.told] == ["empty"]
    assert saved_again(given, added.id, tmp_path / "out") == b""
    assert given.opened.check() == []


def test_a05_a_source_that_vanishes_leaves_nothing(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = given.raw(b"x" * 3_000_000, "report.pdf")

    def vanish(source: object, path: Path) -> bytes:
        raise stored._cannot_read(path, OSError(5, "Input/output error"))

    with monkeypatch.context() as patch:
        patch.setattr(stored, "_read", vanish)
        assert "report.pdf" in refused(given, paper).message
    paper.unlink()
    assert refused(given, paper).code == "no_file"


@pytest.mark.parametrize(("harm", "state"), [("altered", FileState.CHANGED), ("missing", FileState.MISSING)])
def test_a06_an_altered_or_missing_file_is_named_with_what_it_supports(
    given: Given, harm: str, state: FileState
) -> None:
    accrual = Accrual(
        ProjectId(1), FundId(1), Kind.REVENUE, YEAR, 12, money("7.00"), "Youth Trust", "work done"
    )
    given.desk.do(AddAccrual(accrual, ("order 5",)))
    id = add(
        given, given.raw(b"an invoice", "invoice.pdf"), to=(Supported("accrual", 1), Supported("project", 1))
    )
    lonely = add(given, given.raw(b"another", "lonely.pdf"))
    for kept in kept_files(given):
        kept.chmod(0o644)
        if harm == "missing":
            kept.unlink()
        else:
            content = bytearray(kept.read_bytes())
            content[0] ^= 1
            kept.write_bytes(content)
    found = given.opened.check()
    assert len(found) == 2
    [said] = [each for each in found if "invoice.pdf" in each]
    assert "“accrual” of £7.00 for P-01 in period 12 of 2018/19" in said
    assert "project P-01" in said
    assert dict(given.desk.ask(CheckPapers())).items() >= {id: state, lonely: state}.items()


def test_a07_a_file_on_forty_things_is_kept_once_and_goes_with_the_last_reference(given: Given) -> None:
    for number in range(40):
        accrual = Accrual(
            ProjectId(1), FundId(1), Kind.REVENUE, YEAR, 12, money("1.00"), f"S{number}", "work done"
        )
        given.desk.do(AddAccrual(accrual, (given.raw(b"one list of all", "list.pdf"),)))
    [row] = given.desk.ask(Papers()).rows
    assert len(row.supports) == 40
    assert len(kept_files(given)) == 1
    other = add(given, NewPaper("minute 7"))
    given.desk.do(LinkPapers((other,), (Supported("accrual", 1),)))
    for _ in range(2 + 39):
        given.desk.undo()
    assert [len(each.supports) for each in given.desk.ask(Papers()).rows] == [1]
    given.desk.undo()
    assert given.desk.ask(Papers()).rows == ()


def test_a07_a_file_that_no_row_names_goes_after_a_week(given: Given) -> None:
    id = add(given, given.raw(b"by mistake", "wrong.pdf"))
    given.desk.do(RemovePapers((id,)))
    store = stored.FileSources(given.file.with_name(f"{given.file.name}-files"))
    now = datetime.now(UTC)
    assert store.sweep_orphans(set(), now) == 0
    assert store.sweep_orphans(set(), now + timedelta(days=6)) == 0
    [kept] = kept_files(given)
    # What is named again meanwhile begins its week anew.
    assert store.sweep_orphans({kept.name}, now + timedelta(days=6)) == 0
    assert store.sweep_orphans(set(), now + timedelta(days=8)) == 0
    assert store.sweep_orphans(set(), now + timedelta(days=16)) == 1
    assert kept_files(given) == []


def photo(given: Given, name: str = "photo.jpg") -> Path:
    """A picture that tells where, when and by whom it was taken, and how it is to be turned."""
    path = given.folder / name
    picture = Image.effect_noise((64, 48), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x013B] = "Camera", 6, "Nobody Inparticular"
    exif.get_ifd(0x8825)[2] = (52.0, 46.0, 12.0)
    if name.endswith(".png"):
        told = PngImagePlugin.PngInfo()
        told.add_text("Author", "Nobody Inparticular")
        picture.save(path, exif=exif, pnginfo=told)
    elif name.endswith(".webp"):
        picture.save(path, exif=exif, xmp=b"<x:xmpmeta>our client</x:xmpmeta>", quality=90)
    else:
        picture.save(path, exif=exif, comment=b"our client", quality=90)
    return path


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.webp"])
def test_a08_what_a_photo_tells_is_taken_out_without_touching_the_picture(
    given: Given, tmp_path: Path, name: str
) -> None:
    path = photo(given, name)
    [look] = given.desk.ask(LookIntoFiles((path,)))
    assert "where it was taken" in look.cleanable
    assert "who made it" in look.cleanable
    id = add(given, path)
    original = given.desk.ask(PaperDetail(id)).row.of.sha256
    given.desk.do(CleanPaper(id))
    shown = given.desk.ask(PaperDetail(id))
    assert (shown.row.of.cleaned_from, shown.can_clean) == (original, ())
    raw = saved_again(given, id, tmp_path / "out")
    assert b"Nobody" not in raw
    assert b"client" not in raw
    with Image.open(path) as before, Image.open(io.BytesIO(raw)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.getexif().get_ifd(0x8825) == {}
        if not name.endswith(".png"):
            assert after.getexif().get(0x0112) == 6
    assert given.opened.check() == []


def test_a08_the_author_of_documents_is_taken_out_and_all_else_stays(given: Given, tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.author = "Nobody Inparticular"
    document.core_properties.last_modified_by = "Nobody Inparticular"
    document.add_paragraph("What changed in Hastings ward")
    word = given.folder / "report.docx"
    document.save(str(word))
    workbook = given.folder / "figures.xlsx"
    with xlsxwriter.Workbook(workbook) as book:
        book.set_properties({"author": "Nobody Inparticular", "company": "Our Council", "manager": "N I"})
        book.set_custom_property("Client", "Nobody Inparticular")
        sheet = book.add_worksheet("Q1")
        sheet.write("A1", 195)
        sheet.write_comment("A1", "looks right", {"author": "Nobody Inparticular"})
    for path in (word, workbook):
        [added] = given.desk.do(AddPapers((NewPaper(path, clean=True),))).result
        raw = saved_again(given, added.id, tmp_path / "out")
        with zipfile.ZipFile(io.BytesIO(raw)) as after, zipfile.ZipFile(path) as before:
            assert after.namelist() == before.namelist()
            content = {name: after.read(name) for name in after.namelist()}
            changed = [name for name in before.namelist() if before.read(name) != content[name]]
        assert not any(b"Nobody" in part and b"looks right" not in part for part in content.values())
        assert {name.split("/")[0] for name in changed} <= {"docProps", "xl"}
        assert given.desk.ask(PaperDetail(added.id)).can_clean == ()
    assert docx.Document(str(tmp_path / "out" / "report.docx")).paragraphs[0].text.startswith("What changed")


def test_a08_what_the_photo_of_a_telephone_tells_is_said_though_it_can_t_be_taken_out(given: Given) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0110] = "a telephone"
    raw = bytes(4) + b"ftypheic" + bytes(60) + exif.tobytes() + bytes(40)
    [look] = given.desk.ask(LookIntoFiles((given.raw(raw, "IMG_1.heic"),)))
    assert [told.text for told in look.told if told.kind == "hidden"] == [
        "“IMG_1.heic” also tells where it was taken, with which camera, which this program can't take out."
    ]
    assert look.cleanable == ()


def test_a08_what_can_t_be_cleaned_is_refused_honestly(given: Given) -> None:
    path = given.folder / "photo.tiff"
    exif = Image.Exif()
    exif[0x013B] = "Nobody Inparticular"
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    assert given.desk.ask(LookIntoFiles((path,)))[0].cleanable == ()
    id = add(given, path)
    with pytest.raises(ExpectedError) as caught:
        given.desk.do(CleanPaper(id))
    assert caught.value.code == "cannot_clean"
    for cut in (b"\xff\xd8\xff\xe1\x00\x10Exif", b"\x89PNG\r\n\x1a\n\x00\x00"):
        damaged = given.raw(cut, f"cut{len(cut)}.jpg")
        with pytest.raises(ExpectedError):
            given.desk.do(AddPapers((NewPaper(damaged, clean=True),)))


def test_a09_what_was_opened_can_t_be_written_and_a_change_is_a_new_version(
    given: Given, tmp_path: Path
) -> None:
    id = add(given, given.raw(b"first words", "letter.txt"), to=(Supported("project", 1),))
    copy = given.desk.ask(EvidenceCopy(id))
    assert copy.stat().st_mode & 0o222 == 0
    edited = tmp_path / "letter.txt"
    shutil.copyfile(copy, edited)
    gone(copy)
    edited.write_bytes(b"second words")
    new = given.desk.do(ReplacePaper(id, edited)).result
    assert saved_again(given, id, tmp_path / "old") == b"first words"
    assert saved_again(given, new, tmp_path / "new") == b"second words"
    versions = given.desk.ask(PaperDetail(new)).versions
    assert [len(each.supports) for each in versions] == [0, 1]


@pytest.mark.skipif(os.name != "nt", reason="only Windows marks what came from elsewhere")
def test_a09_what_is_opened_bears_the_mark_of_the_web(given: Given) -> None:
    copy = given.desk.ask(EvidenceCopy(add(given, given.raw(b"words", "letter.txt"))))
    assert "ZoneId=3" in Path(f"{copy}:Zone.Identifier").read_text(encoding="ascii")
    gone(copy)


def test_a10_what_is_erased_leaves_a_tombstone_and_a_whole_chain(given: Given) -> None:
    id = add(given, given.raw(STORY.encode(), "story.txt"), to=(Supported("project", 1),))
    digest = given.desk.ask(PaperDetail(id)).row.of.sha256
    given.desk.do(ErasePaper(id, "kept long enough"))
    row = given.desk.ask(PaperDetail(id)).row
    assert (row.of.sha256, row.of.erased_why, row.state) == (digest, "kept long enough", FileState.ERASED)
    assert row.of.erased_by
    assert len(row.supports) == 1
    assert kept_files(given) == []
    assert given.opened.check() == []
    verifier = subprocess.run(
        [sys.executable, str(Assembly().history_verifier()), str(given.file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verifier.returncode == 0, verifier.stdout


def test_a10_details_that_are_put_out_without_an_erasing_are_found(given: Given) -> None:
    add(given, NewPaper("what was said", body=STORY))
    given.opened.close()
    connection = sqlite3.connect(given.file)
    connection.execute(
        'UPDATE journal_detail SET salt = \'aa\', detail_json = \'{"after": {}, "before": {}, "erased": true}\' '
        "WHERE detail_json LIKE '%Inparticular%'"
    )
    connection.commit()
    connection.close()
    given.opened = Assembly().open(str(given.file))
    given.desk = given.opened.desk
    assert any("were changed" in said for said in given.opened.check())


def test_a10_a_file_that_can_t_be_taken_out_leaves_everything_as_it_was(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = add(given, given.raw(STORY.encode(), "story.txt"))

    def held(path: Path, *args: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", held)
        with pytest.raises(ExpectedError) as caught:
            given.desk.do(ErasePaper(id, "kept long enough"))
    assert caught.value.code == "cannot_erase"
    assert given.desk.ask(PaperDetail(id)).row.state is FileState.WHOLE
    assert given.opened.check() == []


# A thousand files, and what else can go wrong with a store


def odd_files(folder: Path, number: int) -> dict[str, bytes]:
    """Files of odd names, sizes and kinds, with what is in each; the same for every run."""
    rng = random.Random(6)
    letters = "abcXYZ019 ._-()&'%#@äé€✓漢"
    suffixes = (".pdf", ".JPG", ".docx", ".txt", ".csv", ".exe", ".tar.gz", "", ".bin", ".ПДФ")
    starts = (
        b"%PDF-1.4\n",
        b"\xff\xd8\xff\xe0",
        b"PK\x03\x04",
        b"",
        b"a,b\n1,2\n",
        b"MZ",
        b"\x1f\x8b",
        b"\x00",
        b"\xff\xfe",
    )
    found: dict[str, bytes] = {}
    while len(found) < number:
        stem = "".join(rng.choice(letters) for _ in range(rng.randrange(1, 40))).strip(" .") or "x"
        name = f"{len(found)}{stem}{rng.choice(suffixes)}"
        size = rng.choice((0, 1, 17, 1_000, 1_023, 4_096, 20_000))
        # Each has its number in it, so that none is another's double.
        content = b"" if not found else rng.choice(starts) + str(len(found)).encode() + rng.randbytes(size)
        (folder / name).write_bytes(content)
        found[name] = content
    return found


def test_a_thousand_odd_files_come_in_and_go_out_byte_for_byte(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", int)  # no power is cut here
    files = odd_files(given.folder, 1_000)
    papers = tuple(NewPaper(given.folder / name) for name in files)
    added = given.desk.do(AddPapers(papers, (Supported("project", 1),), "a test")).result
    assert len({each.id for each in added}) == 1_000
    out = tmp_path / "out"
    out.mkdir()
    for each, content in zip(added, files.values(), strict=True):
        place = out / str(each.id)
        given.desk.ask(SavePaper(each.id, place))
        assert place.read_bytes() == content
    answer = given.desk.ask(Papers())
    assert (answer.total, {row.state for row in answer.rows}) == (1_000, {FileState.WHOLE})
    victim, lost = kept_files(given)[10:12]
    victim.chmod(0o644)
    flipped = bytearray(victim.read_bytes() or b"\x00")
    flipped[-1] ^= 0x40
    victim.write_bytes(flipped)
    lost.chmod(0o644)
    lost.unlink()
    states = [state for _, state in given.desk.ask(CheckPapers())]
    assert (states.count(FileState.CHANGED), states.count(FileState.MISSING)) == (1, 1)
    assert len(given.opened.check()) == 2


def test_h02_a_paper_for_which_there_is_no_room_leaves_nothing(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = given.raw(b"x" * 100_000, "report.pdf")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refused(given, paper).code == "disk_full"
    monkeypatch.undo()
    assert given.opened.check() == []


def test_c07_the_same_file_by_two_people_is_one_file_with_two_references(
    given: Given, tmp_path: Path
) -> None:
    ann = given.raw(b"the very same", "report.pdf")
    ben = tmp_path / "my report.pdf"
    ben.write_bytes(b"the very same")
    first = add(given, ann, to=(Supported("project", 1),))
    given.opened.close()
    given.opened = Assembly(who="Ben").open(str(given.file))
    given.desk = given.opened.desk
    [second] = given.desk.do(AddPapers((NewPaper(ben),), (Supported("project", 2),))).result
    assert (second.id, second.known) == (first, True)
    assert len(kept_files(given)) == 1
    assert len(given.desk.ask(PaperDetail(first)).row.supports) == 2


# R


@pytest.mark.parametrize("name", ["lines.xlsx", "lines.csv", "all.xlsx", "all", "return.xlsx"])
def test_r01_what_looks_like_personal_data_goes_out_only_when_somebody_decided_so(
    given: Given, tmp_path: Path, name: str
) -> None:
    given.brought(given.text(cells(1, description="refund to nobody.inparticular@example.org"), cells(2)))
    with given.desk._tools.open_work(reading=True) as work:
        before = work.projects.get(1).value
    given.desk.do(ChangeRecord("projects", 1, before, replace(before, name="Call 07700 900123"), "rename it"))
    out = tmp_path / name
    description = LineColumn(TableColumn("Description"), lambda row: row.line.description)

    def write() -> None:
        match out.stem:
            case "lines":
                given.desk.ask(ExportLines((1, 2), (description,), out, ()))
            case "all":
                given.desk.ask(ExportExchange(out))
            case _:
                given.desk.do(SaveReturn(FundId(1), YEAR, 4, out))

    with pytest.raises(PersonalDataError) as caught:
        write()
    assert name in caught.value.message
    assert "nparticular" not in caught.value.message
    assert not out.exists()
    given.desk.do(AcceptPersonalData(caught.value.key, "agreed with the data protection officer"))
    write()
    assert out.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_r01_a_calendar_goes_out_only_when_somebody_decided_so(given: Given, tmp_path: Path) -> None:
    title = f"Meeting about the way that the flat of {'x' * 20} was made safe, with nobody.inparticular@example.org"
    entry = ScheduleEntry(FundId(1), YEAR, DeadlineKind.MEETING, title, date(2018, 6, 1))
    given.desk.do(AddRecords((Record("schedule", 1, entry),), "add a meeting"))
    out = tmp_path / "deadlines.ics"
    with pytest.raises(PersonalDataError) as caught:
        given.desk.ask(ExportCalendar(out))
    assert not out.exists()
    given.desk.do(AcceptPersonalData(caught.value.key, "the calendar stays in the team"))
    given.desk.ask(ExportCalendar(out))
    assert out.exists()


def test_r01_a_ledger_whose_words_tell_of_people_comes_in_with_a_warning(given: Given) -> None:
    path = given.text(
        cells(1, description="refund to nobody.inparticular@example.org"),
        cells(2, description="Placement DOB 12/03/2004"),
        cells(3, description="Hire to finance@example.gov.uk 07700 900123"),
    )
    read = given.read(path, keep_rows=True)
    told = [finding for finding in read.findings if finding.kind == "line.personal"]
    assert [(finding.severity, finding.source.row) for finding in told] == [
        (Severity.WARNING, 2),
        (Severity.WARNING, 3),
    ]
    assert "nparticular" not in str(told)
    assert [each for each in read_again(read, {}).findings if each.kind == "line.personal"] == told
    imported = given.desk.do(ImportLedger(read)).result
    assert (imported.kept, set(told) <= set(imported.findings)) == (3, True)


def test_r03_small_counts_by_postcode_are_flagged_before_they_come_in(given: Given) -> None:
    table = given.raw(b"Postcode,Victims\nLE11 1AB,2\nLE11 2CD,40\n", "victims.csv")
    [look] = given.desk.ask(LookIntoFiles((table,)))
    assert [(clue.sort, clue.place) for clue in look.found] == [(ClueSort.POSTCODE, "A2")]
    assert refused(given, table).code == "personal_data"


def test_r04_a_person_is_gone_from_rows_history_store_and_bytes_and_backups_are_listed(given: Given) -> None:
    about = About("The story of Inparticular", EvidenceType.CASE_STUDY, method="told to us by Inparticular")
    text = add(given, NewPaper("Inparticular in words", about, body=STORY))
    file = add(given, given.raw(STORY.encode(), "Inparticular story.txt"))
    before = Backups(given.file, folder_of(given.file)).make(Reason.ASKED, "", datetime.now(UTC), "Ann")
    first = given.desk.ask(WhatErasingTakes(text)).first_entry
    for paper in (text, file):
        given.desk.do(ErasePaper(paper, "she asked for it", by_request=True))
    words = "".join(repr(line) for line in given.desk.ask(History()))
    assert "Inparticular" not in words
    assert given.desk.ask(Papers(text="Inparticular")).rows == ()
    now = datetime.now(UTC)
    holding = backups_holding(Backups(given.file, folder_of(given.file)).all(), first, now, now)
    assert [each.backup.id for each in holding] == [before.id]
    assert holding[0].expires is not None
    given.opened.close()
    assert b"Inparticular" not in given.file.read_bytes()
    given.opened = Assembly().open(str(given.file))
    given.desk = given.opened.desk
    assert given.opened.check() == []


def test_r05_the_history_loses_what_was_erased_and_keeps_its_chain(given: Given) -> None:
    accrual = Accrual(
        ProjectId(1), FundId(1), Kind.REVENUE, YEAR, 12, money("7.00"), "Youth Trust", "work done"
    )
    given.desk.do(AddAccrual(accrual, (given.raw(STORY.encode(), "Inparticular.txt"),)))
    before = given.desk.ask(History())
    given.desk.do(ErasePaper(EvidenceId(1), "she asked for it", by_request=True))
    after = given.desk.ask(History())
    assert [line.sentence for line in after[1:]] == [line.sentence for line in before]
    assert "Inparticular" in repr(before)
    assert "Inparticular" not in repr(after)
    # What else the entry tells is still there, and what was erased is seen to have been.
    assert "Youth Trust" in repr(after[1])
    assert "(erased)" in repr(after[1])
    assert given.opened.check() == []


def test_r06_what_was_kept_long_enough_is_listed_and_nothing_goes_by_itself(given: Given) -> None:
    about = About(retain_until=date(2015, 3, 31))
    id = add(given, NewPaper(given.raw(b"an old list", "old.txt"), about))
    given.desk.do(LookedAt((id,), PersonalData.NONE))
    given.opened.close()
    given.opened = Assembly().open(str(given.file))
    given.desk = given.opened.desk
    [review] = given.desk.ask(PapersToReview())
    assert (review.why, review.row.id) == (ReviewWhy.DUE, id)
    assert review.sentence == "It was to be kept until 31/03/2015: keep it longer or erase it."
    assert len(kept_files(given)) == 1


def test_r09_no_personal_data_in_stored_names_logs_errors_or_sentences(
    given: Given, caplog: pytest.LogCaptureFixture
) -> None:
    paper = given.raw(b"write to nobody.inparticular@example.org", "canary.txt")
    with pytest.raises(ExpectedError) as caught:
        add(given, paper)
    id = add(given, paper, accept="agreed")
    story = add(given, NewPaper("Canary Inparticular", body=STORY))
    given.desk.do(ErasePaper(story, "asked for"))
    said = str(caught.value) + caplog.text + " ".join(line.sentence for line in given.desk.ask(History()))
    said += " ".join(path.name for path in kept_files(given))
    said += given.desk.ask(PaperDetail(id)).row.of.found
    assert "nparticular" not in said


def test_gaps_name_what_was_lost(given: Given) -> None:
    id = add(given, given.raw(b"a list", "list.txt"))
    given.desk.do(LookedAt((id,), PersonalData.NONE))
    assert given.desk.ask(GapsOf()).rows == ()
    for kept in kept_files(given):
        kept.chmod(0o644)
        kept.unlink()
    [gap] = given.desk.ask(GapsOf()).rows
    assert (gap.kind, gap.paper) == (GapKind.MISSING, id)
