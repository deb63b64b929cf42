"""What a person sees and presses at a terminal: safe text, errors with their exit codes, Ctrl-C."""
