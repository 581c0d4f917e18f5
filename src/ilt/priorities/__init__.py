"""From findings to priorities: each is picked from a released result, and each gets a fate."""
