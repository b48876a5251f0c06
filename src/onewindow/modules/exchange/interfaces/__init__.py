"""The way from an interface's own description to a resource that forms are filled from; and how the interfaces are."""
