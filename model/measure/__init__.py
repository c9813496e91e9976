"""Measurements of a network while it trains: the recorder, its meters and sums, records, diagnosis."""
