"""Where the files of an archive lie: bytes by name in, and out, of a disk or an object store."""
