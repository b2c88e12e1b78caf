"""The page Outcomes: what the money changed, and the figures that say so."""
