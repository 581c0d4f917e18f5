"""The leadership team's charter: who sits on it, what it decides, how it works."""
