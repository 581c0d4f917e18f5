""" "You said, we did": promises from published findings, and the actions that follow."""
