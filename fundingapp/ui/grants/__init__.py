"""The Grants page: where the money comes from, what it was awarded to, and how budgets moved."""
