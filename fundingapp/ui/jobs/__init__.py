"""Work beside the window: one thread writes, two answer questions.

Results arrive on the window's own thread.
"""
