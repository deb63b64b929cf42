"""Records of the past in, the same at the end of logs of theirs out, with the times they had."""
