"""Files of figures as others publish them: what a file is, each of its figures with its address, and what taking them
in would do."""
