"""Measurements over time as tables and charts."""
