"""The window: Qt, and nothing that computes.

**Rules of the room**

- It imports ``application`` and ``domain`` only; never SQL, never spreadsheets. Pages send a command or a
  question and show what comes back. Nothing slow to import at the top of a module that the window needs to start.
- Writing goes through the one :class:`~fundingapp.ui.jobs.runner.JobRunner`, reading through the
  :class:`~fundingapp.ui.jobs.asking.Asker`. No ``processEvents``, no threads of a page's own.
- ``Signal(object)`` only; facts in the past tense, wishes end in ``_requested``. Our methods are snake_case;
  Qt's overrides are camelCase and stand last in the class under ``# Qt overrides``.
- Money is :class:`~fundingapp.domain.money.Money` until it is text: ``str(amount)`` in columns,
  ``amount.in_words`` in sentences. Only ``charts`` turns it into a float, to draw it.
- Colours come from :class:`~fundingapp.ui.theme.Theme` by token, icons from
  :func:`~fundingapp.ui.icons.set_icon`; a state is a word or a sign, its colour comes on top. No style sheets in
  pages: use the kinds of :func:`~fundingapp.ui.widgets.labels.label`, the buttons of
  :mod:`~fundingapp.ui.widgets.buttons` and the boxes of :mod:`~fundingapp.ui.widgets.card`.
- Text that may be long is an ``ElidedLabel`` or ``label(..., wrap=True)``: a plain label would be cut off.

**A page**

A package ``ui/<noun>/`` with ``page.py`` (lays out, asks, shows) and ``columns.py`` (its table as data)::

    COLUMNS = (
        Column[LedgerRow]("Date", lambda row: short_date(row.spent_on), sort="date", filter="date"),
        Column[LedgerRow]("Supplier", lambda row: row.supplier, sort="supplier", filter="supplier", stretch=1),
        Column[LedgerRow]("£", lambda row: str(row.amount), RIGHT, sort="amount", amount=lambda row: row.amount),
        Column[LedgerRow]("How", lambda row: row.how, pill=tone_of),
    )

    class SpendPage(Page):
        def __init__(self, desk: Desk, runner: JobRunner, asker: Asker, settings: Settings) -> None:
            super().__init__()
            self._desk, self._asker = desk, asker
            self._head = PageHead("Spend")  # set_state(sentence); buttons at the right, the primary one last
            self._head.add(primary_button("Import ledger…", self._import, icon="import"))
            self.body.addWidget(self._head)  # the window gives margins; body spaces by 12 and scrolls
            box = Card()
            self._table = TableView("Ledger lines", "spend.lines", settings, asker)
            self._model = PagedTableModel(COLUMNS, fetch_rows, total_of)
            self._table.set_model(self._model)
            self._table.sort_requested.connect(self._sort)  # Sorting(key, descending)
            self._table.selection_summarised.connect(self.selection_summarised)  # to the status bar
            box.add(self._table, 1)
            self.body.addWidget(box, 1)

        def set_context(self, context: Context) -> None:  # year, funder, district of the window
            super().set_context(context)
            self._ask()

        def refresh(self, topics: Topic) -> None:  # at once when in front, else before it is next shown
            if topics & (Topic.LEDGER | Topic.CHARGES):
                self._ask()

        def _ask(self) -> None:  # of several questions under one key only the newest is answered
            question = LineIds(self.context.year)
            self._asker.ask("spend.ids", lambda: self._desk.ask(question), self._model.set_ids, owner=self)

        def primary_focus(self) -> QWidget:  # where the keyboard is when the page comes up
            return self._table

Short lists use ``ListTableModel(COLUMNS, key)`` and ``set_rows(rows, total)``; they sort and filter themselves.
Cells are edited in place with ``Column(edit=Edit.MONEY)`` and ``TableView.edited``. Register a page with
``window.add_page(PageSpec("spend", "Spend", "spend", lambda: SpendPage(...), "Money"))``.

**Writing**: ``job = runner.submit("Import the ledger", lambda progress: desk.do(command, progress))``, then
``job.succeeded.connect(...)``. The window shows failures: an ``ExpectedError`` as a message, anything else in the
crash dialog. The topics in the result's ``changed`` reach every page's ``refresh``.

**Telling**: ``self.say(Message(text, advice, Tone.BAD, "Fix it", do))`` above the page.
``self.inspect(InspectorPage(title, blocks, subject))`` in the panel at the right; one step further with
``self.inspect_deeper_requested.emit(page)``. A link of the panel comes back in ``link_followed``, unless it is a
``Target``: then the window goes there. ``self.why_requested.emit(subject)`` asks the window's own explainer;
``self.go_requested.emit(Target("reconcile", subject))`` goes to another page. A page with nothing to show has an
:class:`~fundingapp.ui.widgets.empty_state.EmptyState`.

**Looking**: ``python tests/ui/gallery.py`` opens every part with invented rows.
"""
