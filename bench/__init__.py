"""Measures ratios side by side: our work against a control, in the same run, by CPU time (`make bench`)."""
