"""The table that suggestions are judged against: columns, and the canonical form of cells."""
