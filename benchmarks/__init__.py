"""Speed and quality runs: measured and printed, never asserted."""
