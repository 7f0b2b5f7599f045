"""A terminal dashboard for plans kept as Markdown: see what is next, run it, watch it, judge it."""

__version__ = "0.1.0"
