"""Why an event cannot be compiled: each refusal has a code, and says how to mend it."""

from onewindow.domain.errors import DomainError


class BundleRefused(DomainError):
    """The event cannot be compiled as it is described or asked."""

    code = "bundle-refused"
    template = "The bundle cannot be compiled."


class UnknownEvent(BundleRefused):
    code = "bundle-unknown-event"
    template = "There is no event “{event}”. {remedy}"
    status = 404


class EventBroken(BundleRefused):
    """The event breaks a rule of the catalogue (only where it was not read from checked files)."""

    code = "bundle-event-broken"
    template = "The event “{event}” cannot be compiled: {problem}. {remedy}"


class UnknownQuestion(BundleRefused):
    code = "bundle-unknown-question"
    template = "The event “{event}” has no question “{question}”. {remedy}"


class AnswerWrong(BundleRefused):
    code = "bundle-wrong-answer"
    template = "The answer to “{question}” must be {wanted}, not {given}. Answer again, or leave it out while it is not known."


class HeldUnknown(BundleRefused):
    code = "bundle-held-unknown"
    template = "There is no evidence type “{type}” that could be held. {remedy}"


class HeldNotLicence(BundleRefused):
    code = "bundle-held-not-licence"
    template = "“{type}” is no licence, so nobody holds it. Mark it in the catalogue with licence: true, or leave it out."


class Circle(BundleRefused):
    """Services wait for each other and nothing opens the circle."""

    code = "bundle-circle"
    template = "The services wait for each other in a circle: {circle}. {questions}To open it: {openings}."

    def __init__(self, *, circle: tuple[str, ...], open_questions: tuple[str, ...], openings: tuple[str, ...]) -> None:
        self.circle, self.open_questions, self.openings = circle, open_questions, openings
        asked = ", ".join(open_questions)
        super().__init__(
            circle=" → ".join([*circle, circle[0]]),
            questions=f"An answer to {asked} might dissolve it. " if asked else "",
            openings="; or ".join(openings),
        )


class NothingSupplies(BundleRefused):
    """Elements that services need can neither be asked nor fetched."""

    code = "bundle-nothing-supplies"
    template = "Nothing can supply {elements}. Make it askable, or describe a resource that gives it and whose keys can be known."

    def __init__(self, *, missing: tuple[tuple[str, str], ...]) -> None:
        self.missing = missing
        self.elements = tuple(dict.fromkeys(element for _, element in missing))
        services = {element: [service for service, other in missing if other == element] for element in self.elements}
        super().__init__(elements=", ".join(f"“{element}” (needed by {', '.join(services[element])})" for element in self.elements))
