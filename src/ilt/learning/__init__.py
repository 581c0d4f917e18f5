"""Learning on the calendar: activities with minutes planned and kept, and what they ask of each person."""
