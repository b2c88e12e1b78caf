"""The filters that are on, each with a cross, and how many lines they hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fundingapp.application.wording import count
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import link_button
from fundingapp.ui.widgets.chips import FilterTag
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """One filter that is on: *key* is its column ("" for the free search). *problem* says why it fits nothing."""

    key: str
    text: str
    problem: str = ""


class FilterStrip(QWidget):
    """Shown only while a filter is on."""

    removed = Signal(str)  # the key of the filter to take off
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Filters that are on")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        tags = QWidget()
        self._flow = FlowLayout(tags, 6)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        tags.setSizePolicy(policy)
        self._tags_of = tags
        self._tags: list[QWidget] = []
        self._shown: tuple[ActiveFilter, ...] = ()
        row.addWidget(tags, 1)
        self._hidden = label("", "second")
        self._hidden.setAccessibleName("What the filters hide")
        self._clear = link_button("Clear the filters", self.cleared.emit, "Shows every line again")
        row.addWidget(self._hidden)
        row.addWidget(self._clear)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def filters(self) -> tuple[ActiveFilter, ...]:
        """What is shown."""
        return self._shown

    def set_filters(self, filters: Sequence[ActiveFilter]) -> None:
        """Shows a tag for each of *filters*; nothing at all when there are none."""
        if tuple(filters) != self._shown:
            self._shown = tuple(filters)
            for tag in self._tags:
                tag.hide()
                tag.deleteLater()
            self._flow.clear()
            self._tags = []
            for each in filters:
                tag = FilterTag(each.text, Tone.BAD if each.problem else Tone.ACCENT, each.problem)
                tag.setParent(self._tags_of)
                tag.clicked.connect(lambda _checked=False, key=each.key: self.removed.emit(key))
                tag.show()
                self._flow.addWidget(tag)
                self._tags.append(tag)
        self.setVisible(bool(filters))

    def set_hidden(self, number: int) -> None:
        """Says how many lines the filters hide, which nothing that is done to “all” touches."""
        self._hidden.setText(f"{count(number, 'line')} hidden" if number > 0 else "")
