"""What an interface lacks before it can be tried or published."""

from onewindow.domain.errors import DomainError


class InterfaceRefused(DomainError):
    """The interface cannot be tried or published as it is described."""

    code = "interface-refused"
    template = "The interface is not described wholly yet."


class KeyUnfilled(InterfaceRefused):
    code = "interface-key-unfilled"
    template = "Nothing fills “{parameter}”, and without it the interface cannot be asked. Choose the element that does."


class NoKey(InterfaceRefused):
    code = "interface-without-key"
    template = "Nothing says what the interface is asked by. Choose an element for at least one parameter."


class NoAddress(InterfaceRefused):
    code = "interface-without-address"
    template = "Choose the variable of the environment in which the address of the interface stands."


class NoProof(InterfaceRefused):
    code = "interface-without-proof"
    template = "Choose the variables of the environment from which the proof of who asks is made, or choose that there is none."


class NothingGiven(InterfaceRefused):
    code = "interface-gives-nothing"
    template = "Choose an element for at least one field of the answer that is not the key itself."


class NoOperation(InterfaceRefused):
    code = "interface-without-operation"
    template = "Choose which operation of the interface is called."


class BadResourceId(InterfaceRefused):
    code = "interface-id"
    template = "Give the resource an id of small letters, digits and hyphens, for example lease-register."


class NoResourceName(InterfaceRefused):
    code = "interface-name"
    template = "Give the resource a name: people read it beside what is filled in from it."


class UnknownOwner(InterfaceRefused):
    code = "interface-owner"
    template = "Choose the organisation whose register it is."


class UnknownElement(InterfaceRefused):
    code = "interface-element"
    template = "“{element}” is no element of the dictionary. Choose one of the list."


class BadExpression(InterfaceRefused):
    code = "interface-expression"
    template = "The connector cannot be made like this: {problem}. Look at the expressions, the address and the key again."


class ResourceTaken(InterfaceRefused):
    code = "interface-taken"
    template = "There is a connector named {resource} already, and it is not of your organisation. Choose another id."
    status = 409


class KeyMissing(InterfaceRefused):
    code = "interface-trial-key"
    template = "Write a value for every key that the interface is asked by."
