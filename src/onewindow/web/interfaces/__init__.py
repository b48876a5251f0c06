"""Interfaces of other authorities: how they are, and the page on which one is connected in fifteen minutes."""
