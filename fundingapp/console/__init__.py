"""The command line: the same commands and questions as the window, for scheduled work and where there is no screen.

Rules of this room: with --json one object on standard output and nothing else there; messages and progress go to
standard error. Exit status 0 done and agrees, 1 done with differences or findings to look at, 2 wrong command line,
3 refused with one sentence. Never a traceback; what fails leaves the funding file as it was.
"""
