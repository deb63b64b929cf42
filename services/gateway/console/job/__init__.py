"""Pages of jobs: a filter or an id in, what became of them and what can be done about it out."""
