"""Benchmarks that print what they measured on this machine, as ratios where it can."""
