"""What is sealed at rest: fields of rows, files, and short secrets in columns of text; one set of keys for all."""

from onewindow.plumbing.sealing.keys import SealBroken
from onewindow.plumbing.sealing.texts import Column, register, seal, secrets_known, unseal

__all__ = ["Column", "SealBroken", "register", "seal", "secrets_known", "unseal"]
