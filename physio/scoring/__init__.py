"""Recorded videos scored: one at a time or many, here or on a cluster, and stored."""
