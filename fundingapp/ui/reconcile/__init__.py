"""The Reconcile page: every identity with both sides, and what makes a difference."""
