"""Backups, restoring, and what a file says of itself (catalogue F, its second half)."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.progress import SilentProgress
from fundingapp.application.queries.workspace import History
from fundingapp.assembly import Assembly
from fundingapp.domain.backups import NeedsBackupError, Reason
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.backups import Backups, folder_of
from tests.bad_inputs.given import Given, cells
from tests.console.terminal import run, state_of

QUIET = SilentProgress()


def back_up(given: Given, what: str = "") -> None:
    assert given.opened.safety is not None
    given.opened.safety.back_up(what, QUIET)


def opened_with(path: Path) -> ExpectedError:
    with pytest.raises(ExpectedError) as caught:
        Assembly().open(str(path))
    return caught.value


@pytest.mark.parametrize("left", [0, 100, 4_096])
def test_f03_f04_a_file_that_is_empty_or_cut_names_its_newest_good_backups(given: Given, left: int) -> None:
    given.brought(given.text(cells(1), cells(2)))
    back_up(given)
    given.opened.close()
    given.file.write_bytes(given.file.read_bytes()[:left])
    before = state_of(given.file.parent)
    error = opened_with(given.file)
    assert isinstance(error, NeedsBackupError)
    newest = error.backups[0]
    assert newest.reason is Reason.ASKED
    assert f"{newest.at.astimezone():%d/%m/%Y %H:%M}, asked for, {newest.row_count:,} rows" in error.advice
    assert state_of(given.file.parent) == before
    assert "The newest good backup" in run("verify", given.file).refusal
    given.opened = Assembly().open(str(_whole_again(given)))


def test_f03_a_backup_that_was_damaged_too_is_not_named(given: Given) -> None:
    given.brought(given.text(cells(1)))
    back_up(given, "the good one")
    back_up(given, "the bad one")
    bad, good = Assembly().backups(str(given.file))[:2]
    place = Backups(given.file).place_of(bad)
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:-100])
    given.opened.close()
    given.file.write_bytes(b"")
    error = opened_with(given.file)
    assert isinstance(error, NeedsBackupError)
    assert error.backups[0] == good
    assert bad not in error.backups
    given.opened = Assembly().open(str(_whole_again(given)))


def test_f04_the_list_of_backups_has_dates_and_row_counts(given: Given) -> None:
    given.brought(given.text(cells(1), cells(2)))
    back_up(given, "the audit")
    given.opened.close()
    given.file.write_bytes(given.file.read_bytes()[:5_000])
    newest, *_ = run("backups", given.file, "--json").data["backups"]
    assert newest["why"] == "asked for: the audit"
    assert newest["rows"]["ledger_line"] == 2
    assert newest["made"] > "2020"
    assert newest["entries"] > 1
    given.opened = Assembly().open(str(_whole_again(given)))


def _whole_again(given: Given) -> Path:
    offices = Assembly()
    newest = next(
        each for each in offices.backups(str(given.file)) if Backups(given.file).problem(each) is None
    )
    offices.restore(str(given.file), newest.id, QUIET)
    return given.file


def test_f05_a_flipped_bit_in_a_text_names_the_record(given: Given) -> None:
    given.brought(given.text(cells(1), cells(2)))
    given.opened.close()
    whole = given.file.read_bytes()
    at = whole.index(b"Leaflets 2")
    given.file.write_bytes(whole[:at] + bytes([whole[at] ^ 2]) + whole[at + 1 :])
    with closing(sqlite3.connect(given.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    problems = run("verify", given.file, "--json").data["problems"]
    assert any(said.startswith("Ledger line 2 (“T2” £10.00 for 2018/19) was changed") for said in problems)
    given.opened = Assembly().open(str(given.file))


def test_f06_the_whole_content_of_a_file_that_is_gone_is_saved_as_a_copy(given: Given) -> None:
    given.brought(given.text(cells(1, "4321.23")))
    before = given.desk.ask(History())
    given.file.unlink()
    out = given.folder / "rescued.funding"
    assert given.opened.safety is not None
    given.opened.safety.save_copy(out, QUIET)
    rescued = Assembly().open(str(out))
    assert rescued.desk.ask(History()) == before
    assert all("is missing from" in said for said in rescued.check())
    assert rescued.notice == ""
    rescued.close()


def test_f07_a_copy_is_not_saved_over_the_file_that_is_open(given: Given) -> None:
    assert given.opened.safety is not None
    before = given.file.read_bytes()
    with pytest.raises(ExpectedError) as caught:
        given.opened.safety.save_copy(given.file, QUIET)
    assert caught.value.code == "same_file"
    assert given.file.read_bytes() == before


def test_f08_a_file_copied_while_open_says_so_where_its_journal_is_missing(given: Given) -> None:
    given.brought(given.text(cells(1)))
    copy = given.folder / "copied.funding"
    shutil.copyfile(given.file, copy)
    warned = Assembly().open(str(copy))
    (said, advice), *_ = warned.warnings
    assert "“copied.funding” was not closed before it was moved or copied" in said
    assert "the journal that belongs beside it" in said
    assert "Check it (“Check my file”)." in advice
    warned.close()
    again = Assembly().open(str(copy))
    assert again.warnings == (), "it was closed now"
    again.close()


def test_f08_a_file_that_was_closed_or_lies_beside_its_journal_says_nothing(given: Given) -> None:
    given.brought(given.text(cells(1)))
    copy = given.folder / "with journal.funding"
    shutil.copyfile(given.file, copy)
    shutil.copyfile(f"{given.file}-journal", f"{copy}-journal")
    killed = Assembly().open(str(copy))
    assert killed.warnings == ()
    killed.close()
    given.opened.close()
    moved = given.folder / "closed.funding"
    shutil.copyfile(given.file, moved)
    whole = Assembly().open(str(moved))
    assert whole.warnings == ()
    whole.close()
    given.opened = Assembly().open(str(given.file))


def test_f16_a_backup_that_can_t_be_made_is_told_of_and_stops_no_work(given: Given) -> None:
    given.brought(given.text(cells(1)))
    with closing(sqlite3.connect(given.file)) as elsewhere:
        elsewhere.execute("UPDATE project SET name = 'Other' WHERE id = 1")
        elsewhere.commit()
    kept = len(Assembly().backups(str(given.file)))
    given.desk.do(LockPeriods(FinancialYear(2018), 1, "agreed"))
    safety = given.opened.safety
    assert safety is not None
    assert "is not sound: Project 1 (“P-01”) was changed outside the program" in safety.trouble
    assert "the backups made before are still there" in safety.trouble
    assert len(Assembly().backups(str(given.file))) == kept, "an unsound copy is no backup"
    assert not [path for path in folder_of(given.file).iterdir() if path.name.startswith(".")]


def test_f16_every_kept_backup_opens_with_the_rows_and_the_head_of_its_manifest(given: Given) -> None:
    for number in range(3):
        given.brought(given.text(cells(number + 1), name=f"ledger{number}.csv"))
    offices = Assembly()
    made = offices.backups(str(given.file))
    assert len(made) >= 2
    for backup in made:
        inside = offices.look_inside(str(given.file), backup.id, QUIET)
        assert inside.backup == backup
        assert inside.lines <= dict(backup.rows)["ledger_line"], "lines that an import took back are kept too"
        assert inside.same_history
        assert inside.lost is not None
        assert len(inside.lost) == len(given.desk.ask(History())) - backup.entries


def test_f17_restoring_over_newer_data_shows_what_is_lost_and_backs_it_up_first(given: Given) -> None:
    given.brought(given.text(cells(1)))
    back_up(given)
    wanted = Assembly().backups(str(given.file))[0]
    given.desk.do(SetUpPartnership(Partnership("Renamed")))
    given.brought(given.text(cells(1), cells(2), name="later.csv"))
    data = run("backups", given.file, "--inside", wanted.id, "--json").data
    assert [entry["sequence"] for entry in data["lost"]] == [wanted.entries + 2, wanted.entries + 1]
    assert all(entry["by"] for entry in data["lost"])
    assert data["grants"][0]["agrees"] in (True, False)
    busy = run("restore", given.file, wanted.id)
    assert busy.status == 3
    assert "is open by" in busy.refusal
    given.opened.close()
    done = run("restore", given.file, wanted.id, "--json").data
    assert done["lost"] == 2
    given.opened = Assembly().open(str(given.file))
    newest = given.opened.desk.ask(History())[0]
    assert newest.command == "RestoreBackup"
    assert "2 later entries are no longer in the file." in newest.sentence
    assert given.opened.check() == []
    # Nothing is lost for good: what was there before is the newest backup.
    given.opened.close()
    run("restore", given.file, done["before"]["id"], "--json")
    given.opened = Assembly().open(str(given.file))
    assert any("later.csv" in line.sentence for line in given.opened.desk.ask(History()))


def test_f17_a_backup_is_made_before_each_import_and_none_for_one_that_is_refused(given: Given) -> None:
    given.brought(given.text(cells(1)))
    made = Assembly().backups(str(given.file))
    assert [each.why for each in made] == ["before the import of a ledger"]
    for amount in ("12.3.4", "x"):
        with pytest.raises(ExpectedError):
            given.desk.do(ImportLedger(given.read(given.text(cells(2, amount), name=f"odd{amount}.csv"))))
    assert Assembly().backups(str(given.file)) == made
