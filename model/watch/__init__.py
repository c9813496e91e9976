"""A training of one's own, sent to a page while it runs: the sending half, and what both halves say to each other."""
