"""Readers of files of answers: one module per format."""
