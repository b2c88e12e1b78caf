"""The copy of a shared file that is worked on, in the user's own profile (decision D3, bad-inputs N08, R10).

SQLite's locks can't be relied on across a network, and a service that copies folders knows nothing of them; so the
file in such a place is only ever read whole and replaced whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from fundingapp.domain.errors import ExpectedError
from fundingapp.persistence.copying import copy_in_place
from fundingapp.persistence.generations import FIRST, Generation, came_of, generation_of, last_in_common
from fundingapp.persistence.replacing import replace_file
from fundingapp.persistence.session import Holder, process_runs


@dataclass(frozen=True, slots=True)
class Memory:
    """What this PC last saw of a shared file: its generation there, and when."""

    generation: Generation
    seen: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """A working copy that is ready to be opened.

    *base* is the generation that lies on the share. *unpublished* is how many entries of the history the copy has
    beyond it, from an earlier session; *differs* when each of the two has entries that the other has not, or the
    share has gone back. *notes* are what the person should know, each with what to do. *went_back_from* is the
    generation that the share had before it went back, when that was accepted.
    """

    base: Generation
    unpublished: int = 0
    differs: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    went_back_from: Generation | None = None


class WorkingFolder:
    """Where the shared file at *address* is worked on, below *profile*, the user's own folder of the program.

    *asked* is the name it was opened by, such as one with a mapped letter of Windows, where *address* names the server.
    """

    def __init__(self, profile: Path, address: Path, asked: Path | None = None) -> None:
        self.profile = profile
        self.address = address
        self.asked = (asked or address).absolute()
        key = hashlib.sha256(os.path.normcase(address).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.folder = profile / "working" / key
        self.copy = self.folder / address.name
        self.originals = Path(f"{self.copy}-files")
        self.theirs = self.folder / "theirs.funding"
        self.to_publish = self.folder / "publish.funding"
        self._about = self.folder / "about.json"
        self._taken = self.folder / "taken.json"

    @classmethod
    def of_absent(cls, profile: Path, asked: Path) -> WorkingFolder | None:
        """The folder of a file that was once opened as *asked*, when its share is not there to tell its address."""
        for about in sorted((profile / "working").glob("*/about.json")):
            try:
                said = json.loads(about.read_text(encoding="utf-8"))
                if os.path.normcase(said["asked"]) == os.path.normcase(asked.absolute()):
                    return cls(profile, Path(said["address"]), asked)
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return None

    def prepare(self, now: datetime, *, accept_older: bool) -> Prepared:
        """Fetches the file, or finds what an earlier session could not publish. The file's lock must be held.

        Raises ExpectedError: ``went_back`` unless *accept_older*, and whatever is wrong with the file on the share.
        """
        self._make()
        memory = self.memory()
        copy_in_place(self.address, self.theirs)
        base = generation_of(self.theirs)
        went_back = memory is not None and not came_of(self.theirs, memory.generation)
        if memory is not None and went_back and not accept_older:
            raise self._went_back(memory, base)
        notes: list[tuple[str, str]] = []
        ours = self._left_here(now, notes)
        prepared = Prepared(base)
        if ours is None or ours == base or came_of(self.theirs, ours):
            self._place()
        elif came_of(self.copy, base) and not went_back:
            number = ours.number - base.number
            prepared = Prepared(base, unpublished=number)
            many = "1 change" if number == 1 else f"{number:,} changes"
            notes.append(
                (
                    f"{many} of “{self.address.name}” that had not reached “{self.address.parent}” "
                    f"{'was' if number == 1 else 'were'} found on this PC.",
                    "They are published now; nothing is left to be done.",
                )
            )
        else:
            prepared = Prepared(base, unpublished=max(ours.number - base.number, 0), differs=True)
        if not prepared.differs:
            # Until a person has chosen, the same is found again.
            self.remember(Memory(base, now))
        back = memory.generation if memory is not None and went_back else None
        return Prepared(base, prepared.unpublished, prepared.differs, tuple(notes), back)

    def look(self, now: datetime) -> tuple[Path, list[tuple[str, str]]]:
        """A copy of the file as it was last published, only to be read, in a folder of its own; and what to know.

        Raises ExpectedError.
        """
        self._make()
        for left in self.folder.glob("look-*"):
            process = left.name.split("-")[1]
            if not process.isdigit() or not process_runs(int(process)):
                shutil.rmtree(left, ignore_errors=True)
        number = 1
        while (folder := self.folder / f"look-{os.getpid()}-{number}").exists():
            number += 1
        folder.mkdir()
        copy = folder / self.address.name
        try:
            copy_in_place(self.address, copy)
            there = generation_of(copy)
            memory = self.memory()
            notes: list[tuple[str, str]] = []
            if memory is not None and not came_of(copy, memory.generation):
                said = self._went_back(memory, there)
                notes.append((said.message, "Ask whoever restored it, before anybody changes it."))
            else:
                self.remember(Memory(there, now))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return copy, notes

    def unpublished(self) -> int:
        """How many entries of the history wait here for being published, as far as this PC knows; 0 for none."""
        memory = self.memory()
        base = memory.generation if memory is not None else FIRST
        if self.copy.exists():
            with contextlib.suppress(ExpectedError):
                ours = generation_of(self.copy)
                return 0 if ours == base else max(1, ours.number - base.number)
        return 0

    def beyond(self, published: Path) -> int:
        """How many entries of the history the copy that was left here has, and *published* has not."""
        if self.copy.exists():
            with contextlib.suppress(ExpectedError):
                return generation_of(self.copy).number - last_in_common(self.copy, published)
        return 0

    def memory(self) -> Memory | None:
        """What this PC last saw of the file; None when it never has."""
        try:
            said = json.loads(self._about.read_text(encoding="utf-8"))
            return Memory(
                Generation(int(said["number"]), str(said["head"])), datetime.fromisoformat(said["seen"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, memory: Memory) -> None:
        """Keeps *memory*; without room for it nothing else fails."""
        said = {
            "address": str(self.address),
            "asked": str(self.asked),
            "number": memory.generation.number,
            "head": memory.generation.head,
            "seen": memory.seen.isoformat(),
        }
        made = self.folder / f".fundingapp-{os.getpid()}.about"
        with contextlib.suppress(OSError):
            try:
                made.write_text(json.dumps(said), encoding="utf-8")
                replace_file(made, self._about)
            finally:
                made.unlink(missing_ok=True)

    def note_taken(self, other: Holder) -> None:
        """Keeps whom the file was taken over from until the history tells of it: while two versions wait for being
        compared, nothing can be written into either."""
        self._make()
        with contextlib.suppress(OSError):
            self._taken.write_text(json.dumps(asdict(other)), encoding="utf-8")

    def taken(self) -> Holder | None:
        """Whom the file was taken over from, if the history does not yet tell of it."""
        try:
            return Holder(**json.loads(self._taken.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def forget_taken(self) -> None:
        """The history tells of it now."""
        with contextlib.suppress(OSError):
            self._taken.unlink(missing_ok=True)

    def set_aside(self, now: datetime) -> Path:
        """Keeps what is worked on here, with its originals, as a file of its own in the user's profile.

        Raises ExpectedError.
        """
        home = self.profile / "set aside"
        name = f"{self.address.stem} {now.astimezone():%Y-%m-%d %H.%M}"
        number, kept = 1, home / f"{name}.funding"
        while kept.exists():
            number += 1
            kept = home / f"{name} ({number}).funding"
        try:
            home.mkdir(parents=True, exist_ok=True)
            copy_in_place(self.copy, kept)
            if self.originals.is_dir():
                shutil.copytree(self.originals, Path(f"{kept}-files"), dirs_exist_ok=True)
        except OSError as error:
            raise no_room(kept.parent, error) from error
        return kept

    def remove(self) -> None:
        """Takes the copy away; what this PC remembers of the file stays."""
        with contextlib.suppress(OSError):
            self.copy.unlink(missing_ok=True)
            for left in (self.theirs, self.to_publish):
                left.unlink(missing_ok=True)
            Path(f"{self.copy}-journal").unlink(missing_ok=True)
        if self.originals.is_dir():
            for kept in self.originals.glob("??/*"):
                with contextlib.suppress(OSError):
                    kept.chmod(0o644)
            shutil.rmtree(self.originals, ignore_errors=True)

    def _make(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise no_room(self.folder, error) from error

    def _place(self) -> None:
        """Lets what was fetched be the working copy. A journal of an older copy would be rolled back into it."""
        self.remove_copy()
        replace_file(self.theirs, self.copy)

    def remove_copy(self) -> None:
        """Takes the copy away, the file before its journal."""
        self.copy.unlink(missing_ok=True)
        Path(f"{self.copy}-journal").unlink(missing_ok=True)

    def _left_here(self, now: datetime, notes: list[tuple[str, str]]) -> Generation | None:
        """The generation of a copy that an earlier session left; None when there is none that can be read."""
        if not self.copy.exists():
            return None
        try:
            return generation_of(self.copy)
        except (ExpectedError, sqlite3.Error):
            home = self.profile / "set aside"
            home.mkdir(parents=True, exist_ok=True)
            kept = home / f"{self.address.stem} {now.astimezone():%Y-%m-%d %H.%M.%S} (damaged).funding"
            replace_file(self.copy, kept)
            notes.append(
                (
                    f"A working copy of “{self.address.name}” that was left on this PC is damaged; it was set aside as "
                    f"“{kept}”.",
                    "Look whether your last changes are in the file as it is now.",
                )
            )
            return None

    def _went_back(self, memory: Memory, there: Generation) -> ExpectedError:
        seen = f"{memory.seen.astimezone():%d/%m/%Y %H:%M}"
        lost = memory.generation.number - there.number
        how = (
            f"its history ends at entry {there.number:,}, and on {seen} this PC saw entry {memory.generation.number:,}"
            if lost > 0
            else f"its history is not the one that this PC saw on {seen}"
        )
        return ExpectedError(
            "went_back",
            f"“{self.address.name}” in “{self.address.parent}” has gone back: {how}. It was restored from an older "
            "copy, or replaced.",
            "Ask whoever restored it. If that is meant, open it as it is; it was not touched.",
        )


def put_back(profile: Path, address: Path, now: datetime) -> None:
    """Tells this PC that the file at *address* was put back to an older state on purpose: a backup was restored there.

    Other PCs that saw it further on are warned when they open it (N08).
    """
    folder = WorkingFolder(profile, address)
    if folder.memory() is not None:
        folder.remember(Memory(generation_of(address), now))


def no_room(place: Path, error: OSError) -> ExpectedError:
    """Why nothing can be kept in the user's profile, in a sentence."""
    return ExpectedError(
        "cannot_write",
        f"A working copy can't be kept in “{place}”: {(error.strerror or str(error)).lower()}.",
        "Check that there is room and that you may write there; the file itself was not touched.",
    )
