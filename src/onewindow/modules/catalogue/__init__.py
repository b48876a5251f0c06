"""Services, events, evidence types and elements as departments describe them, in immutable releases."""
