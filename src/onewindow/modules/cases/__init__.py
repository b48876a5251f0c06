"""Drafts, and cases from filing to the last decision."""
