"""Plants faults on a real stack before a real Prometheus: who is told what, how soon. No test."""
