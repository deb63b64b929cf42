"""A TypeScript client made from the document: it takes every example, and it works."""
