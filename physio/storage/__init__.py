"""What physio remembers: one DuckDB file, its schema, and the thread that records running sessions into it."""
