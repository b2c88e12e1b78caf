"""A file on a share in the window: how it is published, who has it, and two versions of it side by side."""
