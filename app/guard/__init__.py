"""Who may ask, from where and how often: the checks that stand before every route."""
