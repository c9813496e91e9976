"""Random tests draw the same examples each time, so that a red run is the change's; `make fuzz` draws new ones."""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("SKIPSCOPE_HYPOTHESIS", "steady"))
