"""The gateway: HTTP requests in, jobs published to Kafka; records in, status of jobs out."""
