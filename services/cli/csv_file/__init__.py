"""CSV files of any make: bytes in, cells out beside the very text that they were written in."""
