"""Taking files, links and texts in as papers: they are looked into, what has to be asked is asked beside the page, and
everything else is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import shiboken6
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QLineEdit, QWidget

from fundingapp.application.commands.papers import AddPapers, NewPaper, PaperAdded, ReplacePaper
from fundingapp.application.effect import Effect
from fundingapp.application.progress import Progress
from fundingapp.application.queries.given_files import FileLook, LookIntoFiles, LookIntoText
from fundingapp.application.wording import count
from fundingapp.domain.errors import listed
from fundingapp.domain.evidence import About, Supported
from fundingapp.domain.ids import EvidenceId
from fundingapp.domain.paper_files import cleaned_name
from fundingapp.domain.personal_data import Clue, in_words
from fundingapp.ui.dropped import files_among, handed_over, links_in, places_of
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

#: What is told of a file that was kept is said for so many; the rest stands beside each paper.
_TOLD = 3
#: So many refusals of files are told with their reasons.
_WRONG = 6
#: So many papers are decided on one by one; of more, those of which the same is asked are decided on together.
_SINGLY = 12
#: How high the list of what is decided on together is, in pixels.
_LIST_HEIGHT = 132
#: What is said of a file in which personal data may stand unseen.
_UNSEEN = ("not_looked_into", "looked_in_part")
_AS_IT_IS, _CLEANED, _LEFT_OUT = "as it is", "cleaned", "left out"
WHERE = ("decide", "papers")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is not kept without a decision: the *paper* as it would be kept, and why it is asked."""

    paper: NewPaper
    name: str
    why: tuple[str, ...]
    tells_of_people: bool = False
    is_program: bool = False
    cleanable: tuple[str, ...] = ()

    @property
    def lot(self) -> tuple[bool, bool, bool]:
        """What is asked of it: papers of one lot can be decided on together."""
        return self.tells_of_people, self.is_program, bool(self.cleanable)


def _choices(lot: Sequence[Asked]) -> tuple[Option, ...]:
    """What may become of the papers of a lot, the most careful first where the files themselves are the danger."""
    first, are_one = lot[0], len(lot) == 1
    kept = [Option(_AS_IT_IS, "Keep it as it is" if are_one else "Keep them as they are")]
    if first.cleanable:
        what = listed(tuple(dict.fromkeys(each for one in lot for each in one.cleanable)), "and")
        kept.insert(0, Option(_CLEANED, f"Keep {'it' if are_one else 'them'}, and take out {what}"))
    out = Option(_LEFT_OUT, "Leave it out" if are_one else "Leave them out")
    return (out, *kept) if first.is_program else (*kept, out)


def _lots(asked: Sequence[Asked]) -> list[list[Asked]]:
    """What is decided on together: each alone, or, where they are many, those of which the same is asked."""
    if len(asked) <= _SINGLY:
        return [[each] for each in asked]
    found: dict[tuple[bool, bool, bool], list[Asked]] = {}
    for each in asked:
        found.setdefault(each.lot, []).append(each)
    return list(found.values())


def _some(names: Sequence[str]) -> str:
    """The first of *names*, and how many more there are."""
    more = f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else ""
    return ", ".join(f"“{each}”" for each in names[:_TOLD]) + more


class Adding(QObject):
    """Takes in what is given once. *supports* is what all of it rests under, called *about* in messages; *done* is
    called with what was added while *owner* is still there."""

    def __init__(
        self,
        office: Office,
        supports: Sequence[Supported] = (),
        about: str = "",
        owner: QObject | None = None,
        done: Callable[[tuple[PaperAdded, ...]], object] | None = None,
    ) -> None:
        # The office outlives every panel: the job that looks into the files may end when the panel is gone.
        super().__init__(office)
        self._office = office
        self._supports = tuple(supports)
        self._about = about
        self._owner = owner
        self._done = done
        self._replaced: EvidenceId | None = None
        self._said = ""
        self._added: tuple[PaperAdded, ...] = ()
        self._is_deciding = False
        #: Where what another program handed over stands until it is kept.
        self._folder: TemporaryDirectory[str] | None = None
        self._keeping = 0
        #: What is told of all of it once it is kept.
        self._beside = ""

    # What is given

    def files(self, paths: Sequence[Path]) -> None:
        """Looks into *paths* with progress and Cancel, and keeps what needs no decision; of a folder, the files in it.
        What they are is found out beside the window: the disk may be far away."""
        wanted = tuple(dict.fromkeys(paths))
        if not wanted or self._is_read_only():
            return
        desk = self._office.desk

        def look(progress: Progress) -> tuple[tuple[FileLook, ...], int]:
            # A folder is no new version of a paper: it is refused where it is read.
            among, left_out = (wanted, 0) if self._replaced is not None else files_among(wanted, progress)
            return desk.ask(LookIntoFiles(tuple(dict.fromkeys(among))), progress), left_out

        def found(inside: tuple[tuple[FileLook, ...], int]) -> None:
            looks, left_out = inside
            if left_out:
                self._beside = (
                    f"Left out: {count(left_out, 'hidden file')} that programs keep for themselves."
                )
            if not looks:
                self._office.told.emit(
                    Message(f"There is no file in “{wanted[0].name}”.", self._beside, Tone.ATTENTION)
                )
            self._looked(looks)

        name = f"“{wanted[0].name}”" if len(wanted) == 1 else count(len(wanted), "file")
        job = self._office.work(f"Look into {name}", look, found)
        job.cancelled.connect(self._stopped)

    def handed(self, files: Sequence[tuple[str, bytes]]) -> None:
        """As :meth:`files`, for names and contents that stand in no folder: they get one for the time being."""
        if not files or self._is_read_only():
            return
        self._folder = TemporaryDirectory(prefix="fundingapp-copy-", ignore_cleanup_errors=True)
        places = []
        for number, (name, content) in enumerate(files):
            place = Path(self._folder.name, str(number))
            place.mkdir()
            (place / cleaned_name(name)).write_bytes(content)
            places.append(place / cleaned_name(name))
        self.files(places)

    def words(self, words: str, title: str = "") -> None:
        """Keeps a link, a reference, or (several lines, or with a *title*) a text."""
        said = words.strip()
        if not said or self._is_read_only():
            return
        is_text = bool(title) or "\n" in said
        paper = NewPaper(title or said.splitlines()[0][:80], body=said) if is_text else NewPaper(said)

        def looked(clues: tuple[Clue, ...]) -> None:
            asked = Asked(paper, str(paper.given), (_looks_like(clues),), tells_of_people=True)
            self._decide([], [asked] if clues else [], [] if clues else [paper])

        self._office.ask(f"papers.words.{id(self)}", LookIntoText(said), looked, self)

    def replacement(self, paper: EvidenceId, path: Path) -> None:
        """Takes *path* as the new version of *paper*."""
        self._replaced = paper
        self.files([path])

    def _is_read_only(self) -> bool:
        if self._office.is_read_only:
            self._office.told.emit(
                Message("Nothing can be added: the file is read only.", "", Tone.ATTENTION)
            )
        return self._office.is_read_only

    # What is asked

    def _looked(self, looks: tuple[FileLook, ...]) -> None:
        wrong = [look.problem for look in looks if look.problem]
        asked: list[Asked] = []
        plain: list[NewPaper] = []
        for look in looks:
            if look.problem:
                continue
            until = look.keep.until if look.keep is not None else None
            paper = NewPaper(look.path, About(sort=look.sort, retain_until=until), seen=look.seen)
            one = _asked_of(look, paper)
            if one is None or look.known is not None:
                plain.append(paper)
            else:
                asked.append(one)
        self._decide(wrong, asked, plain)

    def _decide(self, wrong: Sequence[str], asked: Sequence[Asked], plain: Sequence[NewPaper]) -> None:
        if wrong:
            what = "A file was" if len(wrong) == 1 else f"{count(len(wrong), 'file')} were"
            more = f"\n… and {len(wrong) - _WRONG:,} more." if len(wrong) > _WRONG else ""
            self._office.told.emit(
                Message(f"{what} not taken in.", "\n".join(wrong[:_WRONG]) + more, Tone.BAD)
            )
        self._is_deciding = bool(asked)
        if plain:
            self._keep(plain, "")
        if asked:
            self._ask(asked)
        elif not plain:
            self._tell_owner(())

    def _ask(self, asked: Sequence[Asked]) -> None:
        """Shows what is to be decided beside the page; who closes it finds the way back in the message."""
        page = InspectorPage(
            f"{count(len(asked), 'paper')} to decide on", [WidgetBlock(partial(self._form, asked))], WHERE
        )
        people = any(each.tells_of_people for each in asked)
        what = "what looks like personal data" if people else "something that you should know of first"
        self._said = f"Not kept yet: {_some([each.name for each in asked])}."
        self._office.told.emit(
            Message(
                self._said,
                f"There is {what} in {'it' if len(asked) == 1 else 'them'}. Decide at the right what is kept.",
                Tone.ATTENTION,
                "Decide…",
                lambda: self._office.inspect_wanted.emit(page),
            )
        )
        self._office.inspect_wanted.emit(page)

    def _form(self, asked: Sequence[Asked]) -> Form:
        choices: list[tuple[list[Asked], DropDown]] = []
        reason: QLineEdit | None = None

        def accept() -> str:
            decided = [(each, str(choice.key)) for lot, choice in choices for each in lot]
            why = reason.text().strip() if reason is not None else ""
            kept = [(each, key) for each, key in decided if key != _LEFT_OUT]
            if any(each.tells_of_people for each, _ in kept) and not why:
                return "Say why what tells of people may be kept, or leave it out."
            self._tell_left_out([each for each, key in decided if key == _LEFT_OUT])
            self._decided()
            if kept:
                self._keep([replace(each.paper, clean=key == _CLEANED) for each, key in kept], why)
            else:
                self._tell_owner(())
            return ""

        def leave() -> None:
            self._tell_left_out(list(asked))
            self._decided()
            self._tell_owner(())

        form = Form("Go on", accept, leave)
        for lot in _lots(asked):
            many = count(len(lot), "paper")
            if len(lot) == 1:
                [one] = lot
                form.add(f"“{one.name}”", label("\n".join(one.why), "note", wrap=True))
            else:
                said = "\n".join(f"“{each.name}”: {' '.join(each.why)}" for each in lot)
                words = form.long_text(f"{many} {_what_they_are(lot[0])}", said)
                words.setReadOnly(True)
                words.setFixedHeight(_LIST_HEIGHT)
            choice = DropDown(f"What becomes of {lot[0].name if len(lot) == 1 else f'the {many}'}")
            options = _choices(lot)
            choice.set_options(options, options[0].key)
            form.add("", choice)
            choices.append((lot, choice))
        if any(len(lot) > 1 for lot, _ in choices):
            form.note(f"To decide on each alone, leave them out and drop {_SINGLY} at a time.")
        if any(each.tells_of_people for each in asked):
            reason = form.text(
                "Why it may be kept, kept in the history", "", "the survey's consent forms are held"
            )
        return form

    def _decided(self) -> None:
        self._is_deciding = False
        self._office.told_over.emit(self._said)
        self._office.inspect_over.emit(WHERE)

    def _tell_left_out(self, left: Sequence[Asked]) -> None:
        if left:
            names = _some([each.name for each in left])
            of = "it" if len(left) == 1 else "them"
            self._office.told.emit(Message(f"Left out: {names}. Nothing of {of} was kept."))

    # What is kept

    def _keep(self, papers: Sequence[NewPaper], accept: str) -> None:
        name = _name_of(papers[0]) if len(papers) == 1 else count(len(papers), "paper")
        self._keeping += 1
        if self._replaced is not None:
            given, seen = papers[0].given, papers[0].seen
            assert isinstance(given, Path)
            job = self._office.do(
                ReplacePaper(self._replaced, given, accept, seen),
                f"Take {name} as the new version",
                self._replaced_by,
            )
        else:
            add = AddPapers(tuple(papers), self._supports, accept)
            job = self._office.do(add, f"Keep {name}", self._kept)
        job.cancelled.connect(self._stopped)
        job.ended.connect(self._no_longer_kept)

    def _stopped(self) -> None:
        """The user pressed Cancel: what was begun is taken back whole."""
        before = " What was kept before stays." if self._added else ""
        self._office.told.emit(Message(f"Stopped: nothing of it was kept.{before}"))

    def _no_longer_kept(self, _job: object) -> None:
        self._keeping -= 1
        self._let_go()

    def _kept(self, effect: Effect[tuple[PaperAdded, ...]]) -> None:
        added = effect.result
        told = [each.text for one in added for each in one.told if each.kind in ("known", "differs", "empty")]
        told = [self._beside, *told] if self._beside else told
        unseen = [one for one in added if any(each.kind in _UNSEEN for each in one.told)]
        if unseen:
            number = (
                "It was"
                if len(added) == 1
                else f"{len(unseen)} of them {'was' if len(unseen) == 1 else 'were'}"
            )
            told.insert(
                0,
                f"{number} not, or not wholly, looked into for personal data: look yourself, under To review.",
            )
        what = f"{count(len(added), 'paper')} kept" + (f" for {self._about}" if self._about else "")
        advice = "\n".join(told[:_TOLD]) + (f"\n… and {len(told) - _TOLD} more." if len(told) > _TOLD else "")
        self._office.told.emit(Message(f"{what}.", advice, Tone.GOOD))
        self._tell_owner(added)

    def _replaced_by(self, effect: Effect[EvidenceId]) -> None:
        self._office.told.emit(
            Message("The new version is kept; the one before stays beside it.", "", Tone.GOOD)
        )
        self._tell_owner((PaperAdded(effect.result, False, ()),))

    def _tell_owner(self, added: tuple[PaperAdded, ...]) -> None:
        """Says what was added once nothing is to be decided any more: whoever goes there would sweep the form away."""
        self._added += added
        if self._is_deciding:
            return
        self._let_go()
        if self._done is None or not self._added:
            return
        if self._owner is None or shiboken6.isValid(self._owner):
            self._done(self._added)

    def _let_go(self) -> None:
        """Throws away what another program handed over, once nothing of it is to be kept or decided any more."""
        if self._folder is not None and not self._keeping and not self._is_deciding:
            self._folder.cleanup()


def _asked_of(look: FileLook, paper: NewPaper) -> Asked | None:
    """What has to be asked of a file that was looked into; None when nothing has."""
    is_program = any(told.kind == "program" for told in look.told)
    tells_more = any(told.kind == "hidden" for told in look.told)
    if not (look.found or tells_more or is_program):
        return None
    # What was found is told in one sentence with its places; the others are told as they were worded.
    why = [_looks_like(look.found)] if look.found else []
    why += [told.text for told in look.told if told.kind not in ("personal", "known")]
    return Asked(paper, look.name, tuple(why), bool(look.found), is_program, look.cleanable)


def _looks_like(clues: Sequence[Clue]) -> str:
    """What was found, with its places and never the words themselves."""
    return f"It may hold personal data: {in_words(clues)}."


def _what_they_are(asked: Asked) -> str:
    """What is asked about a lot of papers, after their number."""
    what = []
    if asked.is_program:
        what.append("are programs")
    if asked.tells_of_people:
        what.append("may tell of people")
    if asked.cleanable or not what:
        what.append("tell more than they show")
    return f"that {listed(what, 'and')}"


def _name_of(paper: NewPaper) -> str:
    return f"“{paper.given.name if isinstance(paper.given, Path) else paper.given}”"


def add_dropped(
    office: Office,
    dropped: QMimeData,
    supports: Sequence[Supported] = (),
    about: str = "",
    owner: QWidget | None = None,
    done: Callable[[tuple[PaperAdded, ...]], object] | None = None,
) -> None:
    """Takes in what was dropped: files, those in folders, those that another program hands over, and links."""
    for link in links_in(dropped):
        Adding(office, supports, about, owner, done).words(link)
    handed = handed_over(dropped)
    if lost := [each.name for each in handed if each.content is None]:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        office.told.emit(
            Message(
                f"“{lost[0]}”{more} did not arrive: the other program hands no file over.",
                "Save it in a folder there, or drag it to the desktop first, and drop it from there.",
                Tone.ATTENTION,
            )
        )
    adding = Adding(office, supports, about, owner, done)
    adding.handed([(each.name, each.content) for each in handed if each.content is not None])
    adding.files(places_of(dropped))
