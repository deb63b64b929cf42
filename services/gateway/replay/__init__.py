"""A question about the past in, a plan out; a plan in, its jobs started one after the other."""
