"""What somebody did who may do more than post jobs, kept for ever: who, when, what, and why."""
