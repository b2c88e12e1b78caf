"""The Returns page: the quarter's return as it would be written, what to see to first, and those already written."""
