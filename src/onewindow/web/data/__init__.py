"""Data resources: the pages on which departments describe, ask for and grant data, and the public face of the open data sets."""
