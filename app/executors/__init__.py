"""Processes apart from the web's, which measure and train networks."""
