"""Residual networks, described, built, trained and measured. Names load on first use: a description needs no torch.

The public names stand in the stub beside this file, once.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
