"""The controls that pages are made of: each does one thing, paints itself from the theme and has a spoken name."""
