"""The user's own settings, typed: window, columns, theme, last folder, recent files.

Nothing that affects figures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from fundingapp.ui.theme import ThemeChoice

#: The layout of the settings; each step from one to the next is in ``_bring_up_to_date``.
VERSION = 1
_MOST_RECENT = 8


class Settings:
    """A typed face of QSettings. What cannot be read is as if it had never been set."""

    def __init__(self, store: QSettings) -> None:
        self._store = store
        self._bring_up_to_date()

    @classmethod
    def of_user(cls) -> Settings:
        """The settings of whoever is signed in to the computer."""
        return cls(
            QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Funding Tracker", "window")
        )

    @classmethod
    def in_file(cls, path: Path) -> Settings:
        """Settings kept in *path*; for tests and for trying things out."""
        return cls(QSettings(str(path), QSettings.Format.IniFormat))

    def _bring_up_to_date(self) -> None:
        found = self._text("version")
        if found and found != str(VERSION):
            self._store.clear()  # written by a newer version: its meaning is not known here
        self._store.setValue("version", str(VERSION))

    def _text(self, key: str) -> str:
        value = self._store.value(key, "")
        return value if isinstance(value, str) else ""

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    @property
    def theme(self) -> ThemeChoice:
        found = self._text("theme")
        return ThemeChoice(found) if found in {choice.value for choice in ThemeChoice} else ThemeChoice.SYSTEM

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice.value)

    @property
    def geometry(self) -> QByteArray:
        """The window's place and size, as Qt saves them; empty when there is none."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("window/geometry", geometry)

    @property
    def inspector_width(self) -> int:
        """In logical pixels; 0 when it was never set."""
        found = self._text("window/inspector")
        return int(found) if found.isdecimal() else 0

    @inspector_width.setter
    def inspector_width(self, width: int) -> None:
        self._store.setValue("window/inspector", str(width))

    @property
    def last_folder(self) -> Path | None:
        """Where a file was last opened or saved, when it still exists."""
        found = self._text("files/folder")
        return Path(found) if found and Path(found).is_dir() else None

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._store.setValue("files/folder", str(folder))

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """The newest first."""
        try:
            found = json.loads(self._text("files/recent") or "[]")
        except ValueError:
            return ()
        return tuple(Path(each) for each in found if isinstance(each, str)) if isinstance(found, list) else ()

    def remember_file(self, path: Path) -> None:
        """Puts *path* first among the recent files, and its folder as the last one."""
        files = [path, *(each for each in self.recent_files if each != path)][:_MOST_RECENT]
        self._store.setValue("files/recent", json.dumps([str(each) for each in files]))
        self.last_folder = path.parent

    def column_widths(self, table: str) -> Mapping[str, int]:
        """The widths that the user gave to columns of *table*, by title."""
        try:
            found = json.loads(self._text(f"columns/{table}") or "{}")
        except ValueError:
            return {}
        if not isinstance(found, dict):
            return {}
        return {
            title: width for title, width in found.items() if isinstance(width, int) and 20 <= width <= 4000
        }

    def set_column_widths(self, table: str, widths: Mapping[str, int]) -> None:
        self._store.setValue(f"columns/{table}", json.dumps(dict(widths)))

    def columns_shown(self, table: str) -> Mapping[str, bool]:
        """Which columns of *table* the user chose to show or to leave out, by title."""
        try:
            found = json.loads(self._text(f"shown/{table}") or "{}")
        except ValueError:
            return {}
        if not isinstance(found, dict):
            return {}
        return {title: shown for title, shown in found.items() if isinstance(shown, bool)}

    def set_columns_shown(self, table: str, shown: Mapping[str, bool]) -> None:
        self._store.setValue(f"shown/{table}", json.dumps(dict(shown)))

    def drafts(self) -> Mapping[str, tuple[str, Mapping[str, str]]]:
        """Half-typed forms, the newest first: by their key when they were typed, and what stood in which field."""
        try:
            found = json.loads(self._text("forms/drafts") or "[]")
        except ValueError:
            return {}
        kept: dict[str, tuple[str, Mapping[str, str]]] = {}
        for each in found if isinstance(found, list) else ():
            match each:
                case [str(key), str(at), dict(typed)] if all(
                    isinstance(words, str) for words in typed.values()
                ):
                    kept[key] = (at, typed)
                case _:
                    pass
        return kept

    def set_drafts(self, drafts: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
        """Keeps *drafts*, on the disk at once: they are for when the program ends badly."""
        kept = [[key, at, dict(typed)] for key, (at, typed) in drafts.items()]
        self._store.setValue("forms/drafts", json.dumps(kept))
        self.save()

    def save(self) -> None:
        """Writes to disk now; Qt does it by itself from time to time."""
        self._store.sync()
