"""What the makers of OneWindow call: checks, promises at full size, messages, pictures."""
