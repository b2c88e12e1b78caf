"""Processes of our own in which files of others are read: they have limits, and may die without harm to the program.

The rooms that know a kind of file say what is done in them; here stands how they are started, limited and heard.
"""
