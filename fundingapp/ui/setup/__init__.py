"""Settings of the file: whose it is, the bodies it deals with, its places and its people."""
