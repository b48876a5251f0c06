"""A second, naive reading of the bundle contract, kept apart from the compiler so that the two can check each other."""
