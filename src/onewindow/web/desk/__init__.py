"""The officers' desk: queue, case and evidence side by side, and the acts of an officer."""
