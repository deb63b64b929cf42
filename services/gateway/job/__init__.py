"""Jobs as clients read and export them."""
