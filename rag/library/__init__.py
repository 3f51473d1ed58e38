"""Articles → a searchable library: one catalogue that is the truth, two indexes that follow it."""
