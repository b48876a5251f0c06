"""The one log-in: pages for people, and the addresses that systems call."""
