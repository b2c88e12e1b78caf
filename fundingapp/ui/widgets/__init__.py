"""The controls that pages are made of: each does one thing, follows the theme and has a spoken name."""
