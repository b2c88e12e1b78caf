"""The look in one place: colours, type and spacing for light and dark, as one palette and one style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from string import Template
from typing import ClassVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

#: Spacing goes in steps of four pixels.
STEP = 4
CONTROL_RADIUS = 6
BOX_RADIUS = 8
BASE_PX = 13
FIGURE_PX = 22
TABLE_HEADING_PX = 11.5
ROW_HEIGHT = 33
TALL_ROW_HEIGHT = 49


class Tone(Enum):
    """What a colour means. It never stands alone: a word or a sign goes with it."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"


class ThemeChoice(Enum):
    """What the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """The tokens of one theme, as ``#rrggbb``."""

    is_dark: bool
    background: str
    surface: str
    line: str
    line_soft: str
    control_line: str
    ink: str
    second: str
    third: str
    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str
    accent_middle: str
    accent_pale: str
    good: str
    good_soft: str
    attention: str
    attention_soft: str
    bad: str
    bad_soft: str
    rail: str
    rail_on: str
    rail_title: str
    rail_ink: str
    rail_third: str
    badge: str
    badge_ink: str

    def ink_of(self, tone: Tone) -> str:
        """The colour of words in *tone*."""
        return {
            Tone.NEUTRAL: self.second,
            Tone.ACCENT: self.accent,
            Tone.GOOD: self.good,
            Tone.ATTENTION: self.attention,
            Tone.BAD: self.bad,
        }[tone]

    def soft_of(self, tone: Tone) -> str:
        """The ground that words in *tone* stand on."""
        return {
            Tone.NEUTRAL: self.line_soft,
            Tone.ACCENT: self.accent_soft,
            Tone.GOOD: self.good_soft,
            Tone.ATTENTION: self.attention_soft,
            Tone.BAD: self.bad_soft,
        }[tone]


LIGHT = Colours(
    is_dark=False,
    background="#f5f6f8",
    surface="#ffffff",
    line="#e2e5ea",
    line_soft="#eef0f3",
    control_line="#c9ced6",
    ink="#18212f",
    second="#4a5565",
    third="#667085",
    accent="#0f5f8c",
    accent_strong="#0b4c71",
    accent_soft="#e4f0f7",
    on_accent="#ffffff",
    accent_middle="#6aa3c3",
    accent_pale="#cfdfe9",
    good="#1d7a4d",
    good_soft="#e3f3ea",
    attention="#8a5800",
    attention_soft="#fcf1da",
    bad="#b3261e",
    bad_soft="#fbe6e4",
    rail="#14202e",
    rail_on="#22334a",
    rail_title="#ffffff",
    rail_ink="#c3ccd8",
    rail_third="#8f9bab",
    badge="#8a5800",
    badge_ink="#ffffff",
)

DARK = Colours(
    is_dark=True,
    background="#12171e",
    surface="#1a212b",
    line="#2c3643",
    line_soft="#242d39",
    control_line="#3b4757",
    ink="#e8edf3",
    second="#b4bfcc",
    third="#8f9bab",
    accent="#58aede",
    accent_strong="#7cc2ea",
    accent_soft="#16364a",
    on_accent="#0c1117",
    accent_middle="#2f7299",
    accent_pale="#2a4558",
    good="#5cc492",
    good_soft="#153526",
    attention="#e0b04c",
    attention_soft="#3a2d10",
    bad="#f28b82",
    bad_soft="#43201d",
    rail="#0c1117",
    rail_on="#1d2733",
    rail_title="#ffffff",
    rail_ink="#aab6c4",
    rail_third="#8f9bab",
    badge="#8a5800",
    badge_ink="#ffffff",
)

#: Every pair of text and ground that the kit draws; the test computes their contrast in both themes.
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("ink", "second", "third") for ground in ("background", "surface")),
    ("ink", "accent_soft"),
    ("second", "accent_soft"),
    ("ink", "line_soft"),
    ("second", "line_soft"),
    ("ink", "good_soft"),
    ("ink", "attention_soft"),
    ("ink", "bad_soft"),
    ("second", "good_soft"),
    ("second", "attention_soft"),
    ("second", "bad_soft"),
    ("accent", "surface"),
    ("accent", "background"),
    ("accent_strong", "surface"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("good", "surface"),
    ("good", "good_soft"),
    ("attention", "surface"),
    ("attention", "attention_soft"),
    ("bad", "surface"),
    ("bad", "bad_soft"),
    ("rail_ink", "rail"),
    ("rail_title", "rail"),
    ("rail_title", "rail_on"),
    ("rail_ink", "rail_on"),
    ("rail_third", "rail"),
    ("badge_ink", "badge"),
)


class Theme(QObject):
    """The look in force. Painters ask it for :attr:`colours` each time they paint; it says ``changed``."""

    changed = Signal()

    _current: ClassVar[Theme | None] = None

    def __init__(self, application: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._fonts: dict[tuple[float, int], QFont] = {}
        family = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        self._base = QFont(family)
        self._base.setPixelSize(BASE_PX)
        self._base.setFeature(QFont.Tag("tnum"), 1)
        self._colours = self._wanted()

    @classmethod
    def install(cls, application: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> Theme:
        """Makes the theme of *application* and puts it on; called once, before the first widget."""
        theme = cls(application, choice)
        cls._current = theme
        application.setStyle("Fusion")
        application.setFont(theme._base)
        theme.set_choice(choice)
        QGuiApplication.styleHints().colorSchemeChanged.connect(theme._follow)
        return theme

    @classmethod
    def current(cls) -> Theme:
        """The installed theme."""
        assert cls._current is not None, "Theme.install() comes before the first widget"
        return cls._current

    @property
    def colours(self) -> Colours:
        return self._colours

    @property
    def choice(self) -> ThemeChoice:
        return self._choice

    def set_choice(self, choice: ThemeChoice) -> None:
        """Light, dark, or whatever the system says, now and from now on."""
        self._choice = choice
        hints = QGuiApplication.styleHints()
        scheme = {
            ThemeChoice.SYSTEM: Qt.ColorScheme.Unknown,
            ThemeChoice.LIGHT: Qt.ColorScheme.Light,
            ThemeChoice.DARK: Qt.ColorScheme.Dark,
        }[choice]
        hints.setColorScheme(scheme)
        self._put_on()

    def colour(self, token: str) -> QColor:
        """The colour of *token*, for painters."""
        return QColor(str(getattr(self._colours, token)))

    def font(self, px: float = BASE_PX, weight: int = 400) -> QFont:
        """The interface font at *px* pixels with tabular figures; halves of pixels are allowed."""
        key = (px, weight)
        font = self._fonts.get(key)
        if font is None:
            font = QFont(self._base)
            if px == int(px):
                font.setPixelSize(int(px))
            else:
                font.setPointSizeF(px * 72 / QGuiApplication.primaryScreen().logicalDotsPerInch())
            font.setWeight(QFont.Weight(weight) if weight in _WEIGHTS else QFont.Weight.DemiBold)
            self._fonts[key] = font
        return font

    def _wanted(self) -> Colours:
        if self._choice is ThemeChoice.SYSTEM:
            system = QGuiApplication.styleHints().colorScheme()
            return DARK if system == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice is ThemeChoice.DARK else LIGHT

    def _follow(self) -> None:
        if self._wanted() is not self._colours:
            self._put_on()

    def _put_on(self) -> None:
        self._colours = self._wanted()
        self._application.setPalette(_palette(self._colours))
        sheet = style_sheet(self._colours)
        # Qt looks at every widget again for it, also when it says the same.
        if self._application.styleSheet() != sheet:
            self._application.setStyleSheet(sheet)
        self.changed.emit()


_WEIGHTS = (100, 200, 300, 400, 500, 600, 700, 800, 900)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, token in (
        (role.Window, colours.background),
        (role.WindowText, colours.ink),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.background),
        (role.Text, colours.ink),
        (role.PlaceholderText, colours.third),
        (role.Button, colours.surface),
        (role.ButtonText, colours.ink),
        (role.BrightText, colours.bad),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.surface),
        (role.ToolTipText, colours.ink),
        (role.Light, colours.surface),
        (role.Midlight, colours.line_soft),
        (role.Mid, colours.line),
        (role.Dark, colours.control_line),
        (role.Shadow, colours.line),
    ):
        palette.setColor(which, QColor(token))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.third))
    return palette


def style_sheet(colours: Colours) -> str:
    """The one style sheet, in *colours*."""
    tokens = {name: str(getattr(colours, name)) for name in Colours.__slots__}
    tokens["shade"] = "dark" if colours.is_dark else "light"
    return _SHEET.substitute(tokens)


_SHEET = Template(
    """
QMainWindow, QDialog, QWidget[kind="page"], QWidget[kind="ground"] { background: $background; }
QWidget[kind="surface"] { background: $surface; }
QToolTip { background: $surface; color: $ink; border: 1px solid $control_line; padding: 4px 6px; }

QLabel { background: transparent; color: $ink; }
QLabel[kind="heading"] { font-size: 20px; font-weight: 650; }
QLabel[kind="box-title"] { font-size: 13px; font-weight: 650; }
QLabel[kind="strong"] { font-weight: 600; }
QLabel[kind="key-figure"] { font-size: 22px; font-weight: 650; }
QLabel[kind="second"] { color: $second; }
QLabel[kind="note"] { color: $third; font-size: 12px; }
QLabel[kind="caption"] { color: $third; font-size: 12px; }
QLabel[kind="error"] { color: $bad; font-size: 12px; }

QFrame[kind="box"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[kind="box-head"] { background: transparent; border: none; border-bottom: 1px solid $line_soft; }
QFrame[kind="hairline"] { background: $line_soft; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="edge"] { background: $third; border: none; max-width: 1px; min-width: 1px; }
QFrame[kind="total-line"] { background: $third; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="top"] { background: $surface; border: none; border-bottom: 1px solid $line; }
QFrame[kind="foot"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[kind="foot"] QLabel { color: $second; font-size: 12px; }

QLabel[kind="lane-sum"] { color: $second; font-size: 12px; }
QLabel[tone="attention"] { color: $attention; }
QLabel[tone="bad"] { color: $bad; }
QFrame[kind="lane"] { background: $line_soft; border: 1px solid $line_soft; border-radius: 8px; }
QFrame[kind="lane"][over="true"] { border: 2px dashed $accent; }
QFrame[kind="card"] { background: $surface; border: 1px solid $line; border-radius: 6px; }
QFrame[kind="card"][chosen="true"] { border: 1px solid $accent; background: $accent_soft; }
QFrame[kind="card"]:focus { border: 2px solid $accent; }

QPushButton, QToolButton[kind="control"] {
    background: $surface; color: $ink; border: 1px solid $control_line; border-radius: 6px;
    padding: 5px 12px; font-weight: 500; min-height: 18px;
}
QPushButton:hover, QToolButton[kind="control"]:hover { background: $line_soft; }
QPushButton:pressed, QToolButton[kind="control"]:pressed { background: $line; }
QPushButton:focus, QToolButton[kind="control"]:focus { border: 2px solid $accent; padding: 4px 11px; }
QPushButton:disabled, QToolButton[kind="control"]:disabled { color: $third; background: $background; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[kind="primary"]:hover { background: $accent_strong; border-color: $accent_strong; }
QPushButton[kind="primary"]:focus { border: 2px solid $ink; }
QPushButton[kind="primary"]:disabled {
    background: $line_soft; color: $second; border: 1px solid $line;
}
QPushButton[kind="link"] {
    background: transparent; color: $accent; border: 1px solid transparent; padding: 1px 3px;
    font-weight: 500; text-align: left;
}
QPushButton[kind="link"]:hover { color: $accent_strong; text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; padding: 0px 2px; }
QToolButton[kind="quiet"] {
    background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px;
}
QToolButton[kind="quiet"]:hover { background: $line_soft; }
QToolButton[kind="quiet"]:focus { border: 2px solid $accent; padding: 2px; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0px; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit {
    background: $surface; color: $ink; border: 1px solid $control_line; border-radius: 6px; padding: 4px 9px;
    selection-background-color: $accent; selection-color: $on_accent; min-height: 18px;
}
QPlainTextEdit, QTextEdit { min-height: 56px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus {
    border: 2px solid $accent; padding: 3px 8px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: $background; color: $third; }
QLineEdit:read-only { background: $background; }
QLineEdit[invalid="true"] { border: 2px solid $bad; padding: 3px 8px; }
QLineEdit[kind="filter"] { padding: 1px 5px; border-radius: 4px; font-size: 12px; border: 1px solid $line; }
QLineEdit[kind="filter"]:focus { border: 2px solid $accent; padding: 0px 4px; }
QLineEdit[kind="cell"] { border-radius: 0px; border: 2px solid $accent; padding: 0px 5px; }
QLineEdit[kind="search"] { border: none; font-size: 15px; padding: 8px; background: transparent; }
QComboBox { padding-right: 26px; }
QComboBox:focus { padding-right: 25px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $surface; color: $ink; border: 1px solid $control_line; outline: none; padding: 4px;
    selection-background-color: $accent_soft; selection-color: $ink;
}

QCheckBox, QRadioButton {
    color: $ink; spacing: 8px; padding: 3px; border: 1px solid transparent; border-radius: 6px;
}
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; padding: 2px; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; background: $surface; border: 1px solid $third; border-radius: 4px;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url(icons:mark-on-accent-$shade.svg);
}
QRadioButton::indicator:checked { width: 6px; height: 6px; background: $on_accent; border: 5px solid $accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
    background: $line_soft; border-color: $control_line;
}

QMenu {
    background: $surface; color: $ink; border: 1px solid $control_line; padding: 5px;
}
QMenu::item { padding: 6px 26px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $ink; }
QMenu::item:disabled { color: $third; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 6px; }
QMenu::indicator:checked { image: url(icons:mark-$shade.svg); }

QAbstractItemView { background: $surface; border: none; outline: none; }
QTableView[kind="sheet"] { border-bottom-left-radius: 8px; border-bottom-right-radius: 8px; }
QHeaderView { background: $surface; border: none; }
QTableView[kind="grid"] QTableCornerButton::section {
    background: $background; border: none; border-right: 1px solid $line; border-bottom: 1px solid $line;
}
QFrame[kind="sheet-foot"] {
    background: $background; border: none; border-top: 1px solid $line;
    border-bottom-left-radius: 8px; border-bottom-right-radius: 8px;
}
QListView[kind="found"] { background: $surface; border: none; }
QTableCornerButton::section { background: $surface; border: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0px; }
QScrollBar::handle { background: $control_line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:hover { background: $third; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea[kind="plain"] { background: transparent; border: none; }
QScrollArea[kind="plain"] > QWidget > QWidget[kind="plain"] { background: transparent; }

QProgressBar {
    background: $line_soft; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: transparent; }
QTabBar::tab {
    background: transparent; color: $second; border: none; border-bottom: 2px solid transparent;
    padding: 7px 12px; font-weight: 500;
}
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar::tab:focus { background: $accent_soft; }
QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QTabBar QToolButton { background: $surface; border: 1px solid $control_line; border-radius: 4px; }

QFrame[kind="rail"] { background: $rail; border: none; }
QFrame[kind="rail"] QLabel { color: $rail_ink; }
QFrame[kind="rail"] QLabel[kind="rail-group"] { color: $rail_third; font-size: 11px; }
QFrame[kind="palette"] { background: $surface; border: 1px solid $control_line; border-radius: 8px; }
QFrame[kind="stepper"] { background: $surface; border: 1px solid $control_line; border-radius: 6px; }
"""
)
