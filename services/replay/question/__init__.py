"""What is asked of a process beside an event loop: a question about the past in, its answer out."""
