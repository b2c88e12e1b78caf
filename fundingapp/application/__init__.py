"""What a person can do: commands that change the file, questions that read it.

Rules of this room: it imports the domain only. A command loads, decides in the domain, stores and journals in
one transaction, and returns an Effect with the command that takes it back. Files, databases and the clock are
reached through the Protocols of :mod:`fundingapp.application.ports`.
"""
