"""What an error of a model server says and means: its answer, or a connection that came to none."""
