"""What a paper looks like, made off the window's thread: a small picture, the beginning of a text, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from fundingapp.application.queries.papers_glance import PlaceOfPaper
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import EvidenceId
from fundingapp.ui.office import Office
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.links import LinkLabel

#: The room that a picture gets, in pixels; twice as many are read, for screens with more of them.
ROOM = QSize(320, 180)
#: So much of a text is shown, and of a larger file neither is looked for: the panel must not wait for it.
_BEGINNING = 1_200
LARGEST = 60_000_000
_TEXTS = frozenset({".txt", ".csv", ".md", ".tsv"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class Look:
    """A picture, or the beginning of a text, or (both empty) neither."""

    picture: QImage | None = None
    text: str = ""


def can_be_shown(name: str, media_type: str, size: int) -> bool:
    """Whether a file of that name and type is worth looking into for a preview."""
    return 0 < size <= LARGEST and (_is_picture(name, media_type) or _is_text(name, media_type))


def _is_picture(name: str, media_type: str) -> bool:
    return media_type.startswith("image/") if media_type else Path(name).suffix.casefold() in _PICTURES


def _is_text(name: str, media_type: str) -> bool:
    known = Path(name).suffix.casefold() in _TEXTS
    return known and (not media_type or media_type.startswith("text/"))


def look_at(path: Path, name: str, media_type: str) -> Look:
    """The preview of the file at *path*, which came as *name*; an empty one when nothing can be made of it."""
    if _is_picture(name, media_type):
        reader = QImageReader(str(path))
        # The type is told by what is in the file: the kept one has no extension, and the name may lie.
        reader.setDecideFormatFromContent(True)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            reader.setScaledSize(size.scaled(ROOM * 2, Qt.AspectRatioMode.KeepAspectRatio))
        picture = reader.read()
        return Look(None if picture.isNull() else picture)
    with path.open("rb") as file:
        beginning = file.read(4 * _BEGINNING)
    return Look(text=beginning.decode("utf-8", "replace")[:_BEGINNING].replace("\0", ""))


class Preview(QWidget):
    """Room for the preview of one paper; asks for it when told to, and says in words what there is instead."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office
        self._wanted: tuple[EvidenceId, str, str] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.text = label("", "note", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hidden = LinkLabel("Show what is in it (it tells of people)", self._show_anyway)
        for each in (self.picture, self.text, self._hidden):
            column.addWidget(each)
            each.hide()

    def show_text(self, text: str) -> None:
        """Shows a text that is the paper itself."""
        self._clear()
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setVisible(bool(text))

    def show_file(self, paper: EvidenceId, name: str, media_type: str, size: int, *, hidden: bool) -> None:
        """Shows the file of *paper*; with *hidden* only when the user asks, since others may see the screen."""
        if self._wanted == (paper, name, media_type):
            return
        self._clear()
        if not can_be_shown(name, media_type, size):
            return
        self._wanted = (paper, name, media_type)
        self._hidden.setVisible(hidden)
        self.setVisible(hidden)
        if not hidden:
            self._ask()

    def _clear(self) -> None:
        self._wanted = None
        self.hide()
        for each in (self.picture, self.text, self._hidden):
            each.hide()

    def _show_anyway(self) -> None:
        self._hidden.hide()
        self._ask()

    def _ask(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        paper, name, media_type = wanted
        desk = self._office.desk

        def look() -> Look:
            try:
                return look_at(desk.ask(PlaceOfPaper(paper)), name, media_type)
            except (ExpectedError, OSError):
                return Look()  # missing or changed: its state says so beside the name

        self._office.asker.ask("evidence.preview", look, partial(self._show, wanted), owner=self)

    def _show(self, wanted: tuple[EvidenceId, str, str], found: Look) -> None:
        if wanted != self._wanted:
            return
        if found.picture is not None:
            ratio = self.devicePixelRatioF()
            room = QSize(round(ROOM.width() * ratio), round(ROOM.height() * ratio))
            shown = QPixmap.fromImage(found.picture)
            if shown.width() > room.width() or shown.height() > room.height():
                shown = shown.scaled(
                    room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
            shown.setDevicePixelRatio(ratio)
            self.picture.setPixmap(shown)
            self.picture.setAccessibleName(f"Picture of {wanted[1]}")
            self.picture.show()
            self.show()
        elif found.text:
            self.text.setText(found.text)
            self.text.show()
            self.show()
