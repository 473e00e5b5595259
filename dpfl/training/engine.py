"""What the engines of this folder are: :class:`..runs.engine.Engine`, which the loop of a run calls."""

from ..runs.engine import Contribution, Engine, State

__all__ = ["Contribution", "Engine", "State"]
