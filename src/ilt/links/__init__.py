"""Which thing of a plan leads to which: typed links, and nothing else about the things."""
