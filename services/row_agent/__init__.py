"""The row stage: proposes rows for the final columns."""
