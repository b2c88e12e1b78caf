"""The one outline set of icons: drawings in ``currentColor``, coloured by the theme when they are loaded."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QDir, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel

from fundingapp.ui.theme import Theme

#: Icons are drawn at 16 logical pixels unless said otherwise.
ICON_PX = 16

_folder: Path | None = None
_drawings: dict[str, str] = {}
_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}


def use_folder(folder: Path) -> None:
    """Says where the drawings are; called once, before the first icon."""
    global _folder
    _folder = folder
    QDir.setSearchPaths("icons", [str(folder)])  # the style sheet takes the marks of check boxes from there


def pixmap(name: str, colour: str, px: int = ICON_PX) -> QPixmap:
    """The drawing *name* in *colour* (``#rrggbb``), sharp on the screen's scaling."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    key = (name, colour, px, ratio)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _drawn(name, colour, px, ratio)
    return found


def icon(name: str, token: str = "second", px: int = ICON_PX) -> QIcon:
    """The drawing *name* in the theme's colour *token*, as it is now.

    See :func:`set_icon` to follow the theme.
    """
    return QIcon(pixmap(name, Theme.current().colour(token).name(), px))


def set_icon(widget: QAbstractButton | QLabel, name: str, token: str = "second", px: int = ICON_PX) -> None:
    """Gives *widget* the drawing *name* in colour *token*, and keeps it right when the theme changes."""
    for keeper in widget.findChildren(_Keeper, options=Qt.FindChildOption.FindDirectChildrenOnly):
        keeper.setParent(None)
        keeper.deleteLater()
    _Keeper(widget, name, token, px).renew()


class _Keeper(QObject):
    """Lives in a widget and renews its icon."""

    def __init__(self, widget: QAbstractButton | QLabel, name: str, token: str, px: int) -> None:
        super().__init__(widget)
        self._widget = widget
        self._name = name
        self._token = token
        self._px = px
        Theme.current().changed.connect(self.renew)

    def renew(self) -> None:
        drawn = pixmap(self._name, Theme.current().colour(self._token).name(), self._px)
        if isinstance(self._widget, QLabel):
            self._widget.setPixmap(drawn)
        else:
            icon = QIcon(drawn)
            # Qt's own way to grey it out would leave white on the pale ground of a main button.
            off = pixmap(self._name, Theme.current().colour("third").name(), self._px)
            icon.addPixmap(off, QIcon.Mode.Disabled)
            self._widget.setIcon(icon)
            self._widget.setIconSize(QSize(self._px, self._px))


def _drawing(name: str) -> str:
    if name not in _drawings:
        assert _folder is not None, "use_folder() comes before the first icon"
        _drawings[name] = (_folder / f"{name}.svg").read_text(encoding="utf-8")
    return _drawings[name]


def _drawn(name: str, colour: str, px: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    assert renderer.isValid(), f"the drawing {name} cannot be read"
    side = round(px * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
