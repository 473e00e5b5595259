"""Declare an incentive mechanism once; solve, certify, prove and test it, and train with the budgets it yields."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
