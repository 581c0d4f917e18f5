"""What may happen to a wave and what follows from it, from the first question to the release date."""

from ilt.cycle.rules.states import WaveRefused, advance

__all__ = ["WaveRefused", "advance"]
