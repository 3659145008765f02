"""Measurements on PostgreSQL, run by hand: how to and what came out stand in docs/performance.md."""
