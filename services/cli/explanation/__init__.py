"""What the processes of a stack export in, three sentences about its state out."""
