"""Data that walks instead of people: connectors to other authorities' systems, queries with purpose, and their log."""
