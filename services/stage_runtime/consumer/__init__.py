"""Records pulled from Kafka in, acks in offset order out: all that touches a broker."""
