"""The History page: every change with who, when, what, before, after and why, and whether its chain is whole."""
