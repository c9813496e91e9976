"""The interface of jobs: of a kind, and of a job under way. Needs no torch, and knows no web."""
