"""A sentence whose numbers are links to what makes them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from fundingapp.domain.sentences import Piece, shown
from fundingapp.ui.theme import Theme


class SentenceLabel(QLabel):
    """Wraps like any text; Tab goes from number to number, Enter or a click asks why."""

    why_requested = Signal(str)  # the figure's name

    def __init__(self, pieces: Sequence[Piece] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[Piece, ...] = ()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setOpenExternalLinks(False)
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.linkActivated.connect(self._follow)
        Theme.current().changed.connect(self._render)
        self.set_pieces(pieces)

    def set_pieces(self, pieces: Sequence[Piece]) -> None:
        """Shows *pieces*; those with a figure can be asked why, and gaps are told by their brackets too."""
        self._pieces = tuple(pieces)
        self.setAccessibleName(shown(self._pieces))
        asks = any(piece.figure for piece in self._pieces)
        self.setAccessibleDescription("Tab chooses a number, Enter asks why" if asks else "")
        self._render()

    def _render(self) -> None:
        theme = Theme.current()
        link, gap = theme.colour("accent").name(), theme.colour("bad").name()
        parts = []
        for at, piece in enumerate(self._pieces):
            text = escape(piece.text)
            colour = gap if piece.broken else link
            if piece.figure:
                # By its place, not its name: a name may hold signs that a link may not.
                text = f'<a href="{at}" style="color:{colour}">{text}</a>'
            elif piece.broken:
                text = f'<span style="color:{colour}">{text}</span>'
            parts.append(text)
        self.setText("".join(parts))

    def _follow(self, link: str) -> None:
        self.why_requested.emit(self._pieces[int(link)].figure)
