"""Why an agreement's figures are so, and those of all grants of a year together."""

from __future__ import annotations
