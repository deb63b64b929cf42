"""What an operator asks of the gateway: health, readiness, metrics."""
