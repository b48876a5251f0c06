"""What can go wrong with an evaluation, each with a sentence that says how to mend it."""

from onewindow.domain.errors import DomainError


class NothingToEvaluate(DomainError):
    """The act has not happened, or is of another case."""

    code = "nothing-to-evaluate"
    template = "There is nothing to evaluate here yet: “{subject}” is not decided. Come back when it is."
    status = 409


class AlreadyEvaluated(DomainError):
    """Each act is judged once."""

    code = "already-evaluated"
    template = "You have evaluated this already, and it counts once. Open the case to read what you said."
    status = 409


class LevelUnknown(DomainError):
    """Not one of the five levels."""

    code = "level-unknown"
    template = "Choose one of the five levels, from very satisfied (5) to very dissatisfied (1)."


class IndicatorUnknown(DomainError):
    """Asked of this channel is something else."""

    code = "indicator-unknown"
    template = "“{indicator}” is not asked here. Leave it out, or choose from: {known}."


class AnswerMissing(DomainError):
    """A call-back without a word of what was done."""

    code = "answer-missing"
    template = "Write what was done: the person reads it at their case."


class AlreadyAnswered(DomainError):
    """A colleague was faster."""

    code = "already-answered"
    template = "This evaluation was called back already. Load the page again to read the answer."
    status = 409
