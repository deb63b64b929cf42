"""What a load takes: jobs a minute and what a job is like in; workers, disk, limits, money out."""
