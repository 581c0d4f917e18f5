"""The strategy: what teachers learn, who, where, how it is coordinated, with what time."""
