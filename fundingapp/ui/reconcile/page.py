"""The Reconcile page: the identities of a grant, and the reconciliations of the ledger as dated documents."""

from __future__ import annotations

from fundingapp.ui.office import Office
from fundingapp.ui.reconcile.documents_view import DocumentsView
from fundingapp.ui.reconcile.identities_view import IdentitiesView
from fundingapp.ui.signing.locks_view import LocksView
from fundingapp.ui.views import ViewsPage
from fundingapp.ui.widgets.empty_state import EmptyState


class ReconcilePage(ViewsPage):
    """Sets the grant against the ledger, to the penny, now and on the days when it was signed."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "reconcile",
            "Nothing to reconcile yet",
            "This page sets the grant against the ledger, to the penny. It needs a grant and an imported ledger.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        self._identities = IdentitiesView(office)
        views = [self._identities, DocumentsView(office), LocksView(office)]
        super().__init__(office, "Reconcile", empty, views)

    def shown(self) -> None:
        self._identities.come_to_front()
        super().shown()
