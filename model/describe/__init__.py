"""Networks as data: architectures, presets, the graph of layers, summaries, requests. Nothing here needs torch."""
