"""Records of topics in, files with checksums out; and back into topics as they were."""
