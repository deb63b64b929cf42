"""The file of a job in, the same file kept on this machine and shown out: nobody is asked."""
