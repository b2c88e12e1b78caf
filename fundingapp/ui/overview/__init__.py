"""The Overview page: the grant at a glance, and what waits for the user."""
