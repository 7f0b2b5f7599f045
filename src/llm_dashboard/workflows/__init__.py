"""What to run: a request about a plan becomes one command."""
