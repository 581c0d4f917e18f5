"""Made-up answers whose truth is known."""
