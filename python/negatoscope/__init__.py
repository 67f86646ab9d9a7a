"""Negatoscope from Python: lays out images by their features, and says whether the groups are luck.

``show(features, metadata)`` opens the dashboard in a notebook's cell; ``python -m negatoscope`` is the command line,
which is the one interface: this module starts it. A research instrument, not a diagnostic device.
"""

from ._view import NegatoscopeError, View, show

__all__ = ["NegatoscopeError", "View", "show"]
