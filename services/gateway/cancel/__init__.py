"""A person asks for a cancel in, a request on job.control out."""
