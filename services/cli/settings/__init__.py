"""Every setting there is: the environment in, what is in force and what is wrong with it out."""
