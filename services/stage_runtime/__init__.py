"""How any stage runs: records come in from Kafka, each goes out as exactly one outcome."""
