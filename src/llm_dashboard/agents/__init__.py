"""Who does the work: coding agents, how each is called, what it says as it works, and what its word is worth."""
