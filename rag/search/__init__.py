"""A question → Hits: both searches, fused, and an ordered list of stages after them."""
