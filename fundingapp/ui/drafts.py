"""Half-typed forms, kept in the user's own settings so that a crash takes no typing away (K05).

A draft belongs to a file, a form, and the grant and year that were chosen. It is offered when that form is opened
again, and goes when the form is accepted or cancelled. Nothing of it is in the funding file before the form is
accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from fundingapp.ui.settings import Settings
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.money_edit import MoneyField

#: So many drafts are kept, the newest; a form that was left so long ago is not missed.
_MOST: Final = 30

#: What stands in the fields of a form: each field's name (with its number where several have it), and its words.
Typed: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into a form, and when last (in the computer's own time)."""

    at: datetime
    typed: Typed


class Drafts:
    """The drafts of one open file. *where* names the grant and year that are chosen."""

    _current: Drafts | None = None

    def __init__(self, settings: Settings, file: str, where: Callable[[], str]) -> None:
        self._settings = settings
        self._file = file
        self._where = where

    @classmethod
    def current(cls) -> Drafts | None:
        """The drafts of the open file; None when there is none, or it can only be read."""
        return cls._current

    @classmethod
    def use(cls, drafts: Drafts | None) -> None:
        """From now on forms keep what is typed in *drafts*; None: nowhere."""
        cls._current = drafts

    def key(self, form: str) -> str:
        """Under what the draft of *form* is kept while this grant and year are chosen."""
        return f"{self._file}\n{self._where()}\n{form}"

    def find(self, key: str) -> Draft | None:
        """What was typed; None when nothing was, or it can't be read."""
        kept = self._settings.drafts().get(key)
        if kept is None:
            return None
        try:
            at = datetime.fromisoformat(kept[0])
        except ValueError:
            return None
        return Draft(at, dict(kept[1])) if at.tzinfo is not None else None

    def keep(self, key: str, typed: Typed) -> None:
        """Keeps *typed* on the disk now, in place of what was kept before."""
        others = {other: draft for other, draft in self._settings.drafts().items() if other != key}
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        newest = list(others.items())[: _MOST - 1]
        self._settings.set_drafts({key: (now, typed), **dict(newest)})

    def forget(self, key: str) -> None:
        """Takes the draft away when there is one."""
        kept = self._settings.drafts()
        if key in kept:
            self._settings.set_drafts({other: draft for other, draft in kept.items() if other != key})


# The fields of a form


def typed_in(form: QWidget) -> Typed:
    """What stands in the fields of *form* now."""
    return {name: _words(field) for name, field in _fields(form).items()}


def put_back(form: QWidget, typed: Typed, grow: Callable[[], bool]) -> list[str]:
    """Puts *typed* into the fields of *form* as if it were typed; *grow* adds fields when there are too few.

    What differs no more is left alone. Returns the names of the fields that could not take it: a choice that is gone, a
    file that is not there any more.
    """
    while not typed.keys() <= _fields(form).keys() and grow():
        pass
    for name in typed:
        # Looked up each time: one field may show or fill others.
        field = _fields(form).get(name)
        if field is not None and _words(field) != typed[name]:
            _put(field, typed[name])
    now = typed_in(form)
    return [name for name, words in typed.items() if now.get(name) != words]


def _fields(form: QWidget) -> dict[str, QWidget]:
    found: dict[str, QWidget] = {}
    for field in form.findChildren(QWidget):
        if not isinstance(field, QLineEdit | QPlainTextEdit | QComboBox | QCheckBox | EvidenceField):
            continue
        if isinstance(field, QLineEdit):
            if isinstance(field.parentWidget(), QComboBox | QAbstractSpinBox):
                continue
            if field.echoMode() is not QLineEdit.EchoMode.Normal:
                continue
        name = field.accessibleName() or type(field).__name__
        number = 1
        while (numbered := name if number == 1 else f"{name} ({number})") in found:
            number += 1
        found[numbered] = field
    return found


def _words(field: QWidget) -> str:
    match field:
        case QLineEdit():
            return field.text()
        case QPlainTextEdit():
            return field.toPlainText()
        case QComboBox():
            return field.currentText()
        case QCheckBox():
            return "yes" if field.isChecked() else "no"
        case EvidenceField():
            return "\n".join(str(path) for path in field.files)
        case _:
            raise AssertionError(f"{field} is no field")


def _put(field: QWidget, words: str) -> None:
    match field:
        case QLineEdit():
            field.setText(words)
            field.textEdited.emit(words)
            if isinstance(field, MoneyField):
                field.editingFinished.emit()
        case QPlainTextEdit():
            field.setPlainText(words)
        case QComboBox():
            at = field.findText(words)
            if at >= 0 and field.isEnabled():
                field.setCurrentIndex(at)
                field.activated.emit(at)
        case QCheckBox():
            field.setChecked(words == "yes")
        case EvidenceField():
            for path in map(Path, words.splitlines()):
                if path.is_file():
                    field.take(path)
        case _:
            raise AssertionError(f"{field} is no field")
