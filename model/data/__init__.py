"""Real images: which data sets there are, where their pixels come from, seeded batches."""
