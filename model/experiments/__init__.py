"""The experiments of the literature on residual networks, each as a kind of job with its figure. Knows no web."""
