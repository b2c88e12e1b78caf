"""The window: Qt, and nothing that computes.

**Rules of the room**

- It imports ``application`` and ``domain`` only; never SQL, never spreadsheets. Pages send a command or a question
  and show what comes back. Nothing slow to import (pyqtgraph above all) at the top of a module that the window
  needs to start: import :mod:`fundingapp.ui.charts` inside the function that makes the chart.
- Writing goes through the one :class:`~fundingapp.ui.jobs.runner.JobRunner`, reading through the
  :class:`~fundingapp.ui.jobs.asking.Asker`. No ``processEvents``, no threads of a page's own.
- ``Signal(object)`` only; facts in the past tense, wishes end in ``_requested``. Our methods are snake_case; Qt's
  overrides are camelCase and stand last in the class under ``# Qt overrides``.
- Money is :class:`~fundingapp.domain.money.Money` until it is text: ``str(amount)`` in columns, ``amount.in_words``
  in sentences. Only ``charts`` turns it into a float, to draw it.
- Colours come from :class:`~fundingapp.ui.theme.Theme` by token, icons from :func:`~fundingapp.ui.icons.set_icon`;
  a state is a word or a sign, its colour comes on top. No style sheets in pages: use the ``kind`` of
  :func:`~fundingapp.ui.widgets.labels.label`, the buttons of :mod:`~fundingapp.ui.widgets.buttons`, and the boxes
  of :mod:`~fundingapp.ui.widgets.card`.

**A page**

A package ``ui/<noun>/`` with ``page.py`` (lays out, asks, shows) and ``columns.py`` (its table as data)::

    COLUMNS = (
        Column[LedgerRow]("Date", lambda row: short_date(row.spent_on), sort="date", filter="date", width=88),
        Column[LedgerRow]("Supplier", lambda row: row.supplier, sort="supplier", filter="supplier", stretch=1),
        Column[LedgerRow]("£", lambda row: str(row.amount), RIGHT, sort="amount", amount=lambda row: row.amount),
        Column[LedgerRow]("How", lambda row: row.how, pill=tone_of, width=120),
    )

    class SpendPage(Page):
        def __init__(self, desk: Desk, runner: JobRunner, asker: Asker, settings: Settings) -> None:
            super().__init__()
            self._head = PageHead("Spend")                      # heading, set_state(sentence), buttons at the right
            self._head.add(primary_button("Import ledger…", self._import, icon="import"))
            self.body.addWidget(self._head)                     # the window gives margins; body spaces by 12
            box = Card()
            self._table = TableView("Ledger lines", "spend.lines", settings, asker)
            self._model = PagedTableModel(COLUMNS, fetch_rows, total_of)
            self._table.set_model(self._model)
            self._table.sort_requested.connect(self._sorted)    # Sorting(key, descending)
            self._table.selection_summarised.connect(self.selection_summarised)     # status bar
            box.add(self._table, 1)
            self.body.addWidget(box, 1)

        def set_context(self, context: Context) -> None:        # year, funder, district of the window
            super().set_context(context)
            self._ask()

        def refresh(self, topics: Topic) -> None:               # called when shown or at once if in front
            if topics & (Topic.LEDGER | Topic.CHARGES):
                self._ask()

        def _ask(self) -> None:                                 # the newest question of a key wins
            context = self.context
            self._asker.ask("spend.ids", lambda: self._desk.ask(LineIds(context.year)), self._model.set_ids, owner=self)

        def primary_focus(self) -> QWidget:                     # where the keyboard is when the page comes up
            return self._table

Short lists use ``ListTableModel(COLUMNS, key)`` and ``set_rows(rows, total)``; they sort and filter themselves.
Register with ``window.add_page(PageSpec("spend", "Spend", "spend", lambda: SpendPage(...), "Money"))``.

**Writing**: ``job = runner.submit("Import the ledger", lambda progress: desk.do(command, progress))``, then
``job.succeeded.connect(...)``. Failures are shown by the window: an ``ExpectedError`` as a message, anything else in
the crash dialog. The topics of the result's ``changed`` reach every page's :meth:`~fundingapp.ui.page.Page.refresh`.

**Telling**: ``self.say(Message(text, advice, Tone.BAD, "Fix it", do))``; ``self.inspect(InspectorPage(title, blocks,
subject))``, one step further ``self.inspect_deeper_requested.emit(page)``; links come back in
:meth:`~fundingapp.ui.page.Page.link_followed` unless they are a :class:`~fundingapp.ui.page.Target`, to which the
window goes; ``self.why_requested.emit(subject)`` for a figure that the window's explainer knows;
``self.go_requested.emit(Target("reconcile", subject))``. An empty page shows an
:class:`~fundingapp.ui.widgets.empty_state.EmptyState`.

**Looking**: ``python tests/ui/gallery.py`` opens every part with invented rows.
"""
