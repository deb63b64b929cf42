"""The embedded Kafka: a data folder and a port in, a broker for the supervisor to run out."""
