"""Everything a gateway can be asked: from arguments to a call, a course or a series, and no I/O."""
