"""What charter, vision and strategy share: wordings, comments with a fate, consent rounds, versions."""
