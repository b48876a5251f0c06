"""What all bodies have in common."""

from ninja import Schema
from pydantic import ConfigDict


class Body(Schema):
    """What a client sends: each field of the documented type and no other field, so that nothing is forged or misread in silence."""

    model_config = ConfigDict(strict=True, extra="forbid")


class ProblemCode(Schema):
    code: str
    status: int
    detail: str
