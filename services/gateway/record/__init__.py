"""A Kafka record of any topic in, what it says of a job out."""
