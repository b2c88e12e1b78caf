"""The Year end page: the chain of years, the outturn, and what becomes of what is left."""
