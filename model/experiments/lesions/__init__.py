"""Blocks that are deleted or change places (Veit et al. 2016)."""
