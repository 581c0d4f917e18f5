class Refused(Exception):
    """A rule says no; the sentence says why, or what to do next."""
