"""Jobs as clients read, export and cancel them."""
