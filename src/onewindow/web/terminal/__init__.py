"""Self-service terminals: large targets, no way out to other pages, and nothing left behind by whoever was there."""
