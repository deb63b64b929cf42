"""Results in as they are folded, what all of them have taken out: to the last token."""
