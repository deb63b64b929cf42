"""Text as cells hold it, read as a word, a number, a moment, a yes or no."""
