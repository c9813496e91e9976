"""Linear probes along the trunk, and the answers for one image (Alain & Bengio 2016)."""
