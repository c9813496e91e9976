"""The library: networks described, built, measured and trained. It knows no web."""
