"""The two doors for windows and console: carry out a command (and take it back), ask a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from fundingapp.application.commands import HANDLERS
from fundingapp.application.effect import NOTHING_TO_UNDO, Command, Effect, Question, Topic
from fundingapp.application.ports import Tools
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.application.queries import ANSWERS
from fundingapp.application.releasing import AcceptPersonalData, found_in
from fundingapp.application.safety import Guard, NoGuard
from fundingapp.application.turning import turned
from fundingapp.application.watching import watched
from fundingapp.domain.personal_data import PersonalDataError

Result = TypeVar("Result")
Answer = TypeVar("Answer")


def _nobody(_sentence: str) -> None:
    """Windows show what an effect carries, and need not be told."""


class Desk:
    """Carries out commands one at a time and remembers how to take them back.

    It must be used by one thread at a time for :meth:`do`, :meth:`undo` and :meth:`redo`; :meth:`ask` may run
    beside them. If carrying out an undo fails, neither list moves, so it can be tried again. A command without an
    inverse clears both lists: nothing before it may be taken back. *guard* is told of each change, for backups.
    """

    def __init__(self, tools: Tools, guard: Guard | None = None) -> None:
        self._tools = tools
        self._guard = guard or NoGuard()
        #: Why what looks like personal data may go on, "" to be asked each time: for scripts, which can't be asked.
        self.accept_personal_data = ""
        #: Told each sentence of what came of a command by itself: for scripts, which look at no effect.
        self.tell_followed: Callable[[str], object] = _nobody
        self._undo: list[Effect[Any]] = []
        self._redo: list[Effect[Any]] = []

    @property
    def undo_name(self) -> str | None:
        """What :meth:`undo` would take back; None when there is nothing."""
        return self._undo[-1].name if self._undo else None

    @property
    def redo_name(self) -> str | None:
        return self._redo[-1].name if self._redo else None

    def do(self, command: Command[Result], progress: Progress | None = None) -> Effect[Result]:
        """Carries out *command*. Raises ExpectedError or Cancelled with the file as it was."""
        effect = self._accepting(lambda: self._carry_out(command, progress))
        if effect.inverse is NOTHING_TO_UNDO:
            return effect  # nothing changed, so what was taken back can still be done again
        self._redo.clear()
        if effect.inverse is None:
            self._undo.clear()
        else:
            self._undo.append(effect)
        return effect

    def undo(self, progress: Progress | None = None) -> Effect[Any] | None:
        """Takes back the last command; None when there is nothing to take back."""
        return self._turn(self._undo, self._redo, "undo", progress)

    def redo(self, progress: Progress | None = None) -> Effect[Any] | None:
        return self._turn(self._redo, self._undo, "redo", progress)

    def _turn(
        self, source: list[Effect[Any]], target: list[Effect[Any]], word: str, progress: Progress | None
    ) -> Effect[Any] | None:
        if not source:
            return None
        last = source[-1]
        if last.inverse is None:
            raise AssertionError("only effects with an inverse are kept")
        turned = self._carry_out(last.inverse, progress, word)
        source.pop()
        if turned.inverse is not NOTHING_TO_UNDO:  # else somebody else had turned it back before
            # The name stays the one of the first doing, so that undo and redo speak of the same thing.
            target.append(replace(turned, name=last.name))
        return turned

    def ask(self, question: Question[Answer], progress: Progress | None = None) -> Answer:
        """The answer to *question*; changes nothing."""
        answer: Answer = self._accepting(lambda: ANSWERS[type(question)](question, self._with(progress)))
        return answer

    def _accepting(self, carry_out: Callable[[], Result]) -> Result:
        """What *carry_out* gives; where personal data holds it up and a reason was given beforehand, the decision is
        recorded and it is done once more."""
        try:
            return carry_out()
        except PersonalDataError as refusal:
            if not self.accept_personal_data:
                raise
            decision = AcceptPersonalData(refusal.key, self.accept_personal_data, found_in(refusal))
            self._carry_out(decision, None)
            return carry_out()

    def _carry_out(
        self, command: Command[Result], progress: Progress | None, turning: str = ""
    ) -> Effect[Result]:
        """Has *command* handled; *turning* is “undo” or “redo” when it takes another one back, or back again."""
        self._guard.begins(command, progress or SilentProgress())
        tools = self._with(progress)
        followed: list[str] = []
        open_work = watched(tools, followed)
        if turning:  # outermost: what is watched is told what is done, and the history that it is undone
            open_work = turned(open_work, turning)
        name = ""
        try:
            effect: Effect[Result] = HANDLERS[type(command)](command, replace(tools, open_work=open_work))
            if followed:
                also = effect.changed | Topic.RETURNS | Topic.SIGNING
                effect = replace(effect, changed=also, followed=(*effect.followed, *followed))
            for sentence in effect.followed:
                self.tell_followed(sentence)
            name = "" if effect.inverse is NOTHING_TO_UNDO else effect.name
        finally:
            self._guard.ended(command, name)
        return effect

    def _with(self, progress: Progress | None) -> Tools:
        return replace(self._tools, progress=progress or SilentProgress())
