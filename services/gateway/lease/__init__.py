"""Which gateway does what: a database in, leases of partitions and locks of names out."""
