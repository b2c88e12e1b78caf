"""Spend: ledger lines come in here, and each finds its project, its exclusion or its place as income."""
