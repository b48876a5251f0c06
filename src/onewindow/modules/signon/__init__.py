"""Systems of departments whose users log in here: which they are, who is logged in to them, and the keys that sign it."""
