"""Running it: one supervised process per run, its events and its result."""
