"""Benchmarks: what baking, starting and serving cost, next to doing it by hand."""
