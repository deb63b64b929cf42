"""Records that a request causes: published at a rate, each once, acked before the answer."""
