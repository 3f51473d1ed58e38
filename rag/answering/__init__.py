"""Hits → a checked Answer: the evidence, the backends, the citations and their support."""
