"""Seeing it: the Textual application."""
