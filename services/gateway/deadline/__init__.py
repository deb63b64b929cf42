"""Open jobs past their deadline in, for each the fact that ends it out, wherever the job waits."""
