"""Gradients of single paths, by length (Veit et al. 2016)."""
