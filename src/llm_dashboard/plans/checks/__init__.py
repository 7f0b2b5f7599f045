"""What is wrong with the documents of a workspace, where, and what to do about it."""
