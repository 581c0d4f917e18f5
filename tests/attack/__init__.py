"""Long tests: `make attack` runs all of them, `make test` a small seeded part of each."""
