"""What agents write while they work, read as it comes: one file for each format."""
