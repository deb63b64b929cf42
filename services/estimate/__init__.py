"""What a job would take before it runs: a request in; calls, tokens and money of each stage out."""
