"""A webhook that a job has of its own: noted with the job, taken by an endpoint of its tenant."""
