"""The dead-letter desk: what stages gave up on, listed, put back or put aside."""
