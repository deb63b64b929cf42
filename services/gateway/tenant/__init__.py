"""What a tenant may have and use, kept in the tables, so that several gateways keep one limit."""
