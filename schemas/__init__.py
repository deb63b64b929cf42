"""The contracts: what crosses a Kafka topic or HTTP, as frozen values. Imports nothing of ours."""
