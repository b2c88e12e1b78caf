"""What is locked and what is signed: the locks of the file, its alarms, its people, and the sign-off of a grant."""
