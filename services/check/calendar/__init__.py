"""Days and times as people write them, months in many languages; ISO 8601 comes out."""
