"""The web application: routes ask runs, runs ask executors; PyTorch lives in the workers alone."""
