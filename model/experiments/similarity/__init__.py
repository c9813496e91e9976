"""Linear CKA of all layers with all (Kornblith et al. 2019)."""
