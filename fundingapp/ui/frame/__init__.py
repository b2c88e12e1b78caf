"""The parts of the main window around the pages: rail, top bar, grant line, status bar."""
