"""Facts in, where a job stands out: pure, and no order of the facts matters."""
