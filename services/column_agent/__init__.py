"""The column stage: proposes columns, and their values for the existing rows."""
