"""The built image with Kafka and PostgreSQL in containers of their own, as they run elsewhere."""
