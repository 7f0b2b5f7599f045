"""The demo: a sample workspace, and what makes a copy of it."""
