"""Jobs: what a kind of job declares, and what a job under way is. Needs no torch, and knows no web."""
