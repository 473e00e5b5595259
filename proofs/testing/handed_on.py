"""The two names that the package hands on from here: `mp.testing` and `mp.strategies`."""

from .. import testing as testing
from . import strategies as strategies
