"""From a Release to pages people read: words, marks and HTML."""
