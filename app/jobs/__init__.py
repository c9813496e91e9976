"""Runs from the asking to the terminal status: states, channels, who waits."""
