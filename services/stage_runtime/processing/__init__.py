"""One record in, one outcome out: pure decisions, nothing is read or published here."""
