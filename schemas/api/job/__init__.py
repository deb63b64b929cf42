"""What is asked and told of one job beside its status: a rerun, its family, all of it as a file."""
