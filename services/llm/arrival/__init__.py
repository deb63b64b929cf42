"""An answer as it arrives: how long it is waited for, and how much of it is read."""
