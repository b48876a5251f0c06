"""The tiles of the first page and of the phone: a city arranges what stands there, in which order and in which groups."""
