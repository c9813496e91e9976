"""The checks before every route: who may ask, from where and how often."""
