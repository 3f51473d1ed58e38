"""Articles → a searchable library: one catalogue that is the truth, three indexes that follow it."""
