"""What is: a workspace of Markdown files, read into frozen values."""
