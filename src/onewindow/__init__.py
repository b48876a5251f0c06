"""OneWindow: departments describe their services once, the platform derives the rest."""

__version__ = "0.1.0"
