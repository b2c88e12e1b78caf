"""Backups, restoring and *Check my file* in the window."""
