"""What crosses Kafka around a record: topics, headers, events, control."""
