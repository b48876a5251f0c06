"""What can go wrong with drafts and cases, each with a sentence that says what is wrong, where, and how to mend it."""

from collections.abc import Mapping

from onewindow.domain.errors import DomainError


class StaleDraft(DomainError):
    """The page that was sent is older than the draft."""

    code = "stale-draft"
    template = (
        "This draft was changed elsewhere since you opened this page (you sent version {sent}, it is at {current}). "
        "Nothing was lost: load the page again, what you saved last is there, then repeat your change."
    )
    status = 409


class DraftFiled(DomainError):
    code = "draft-filed"
    template = "This draft was filed as case {reference} and can no longer be changed. Look at the case instead."
    status = 409


class UnknownMatter(DomainError):
    code = "unknown-matter"
    template = "There is no matter “{event}” in the catalogue. Choose one from the home page."
    status = 404


class NothingPublished(DomainError):
    code = "nothing-published"
    template = "No catalogue is published yet, so nothing can be filed. Ask the administrator to load one."
    status = 409


class UnknownQuestion(DomainError):
    code = "unknown-question"
    template = "This matter does not ask “{question}”. Nothing was saved: load the page again and answer what it shows."


class UnknownField(DomainError):
    """A field that the form does not have: mistaken or forged."""

    code = "unknown-field"
    template = "This form has no field “{field}”. Nothing was saved: load the page again and fill in what it shows."


class ReadOnlyField(DomainError):
    """A value that comes from a source cannot be typed over."""

    code = "read-only-field"
    template = "“{field}” comes from {source} and cannot be typed over. If it is not right, say so beside it first; then it can be typed."


class UnknownDocument(DomainError):
    code = "unknown-document"
    template = "No document “{document}” is needed here. Add only what the list of documents names."


class EntriesRefused(DomainError):
    """Some entries cannot be used. `errors` holds each one's own error, for a reader's language; `fields` their English sentences."""

    code = "entries-refused"
    template = "{count} of your entries cannot be used: {names}. The others are saved. Put them right as said beside each."

    def __init__(self, errors: Mapping[str, DomainError], version: int | None = None) -> None:
        self.errors = dict(errors)
        fields = {name: str(error) for name, error in errors.items()}
        super().__init__(count=len(fields), names=", ".join(fields), fields=fields, version=version)


class AnswersRefused(EntriesRefused):
    """Answers to guided questions; the good ones are kept."""

    code = "answers-refused"
    template = "{count} of your answers cannot be used: {names}. The others are saved. Put them right as said beside each."


class ValuesRefused(EntriesRefused):
    """Values typed into a form; the good ones are kept."""

    code = "values-refused"


class NothingToDispute(DomainError):
    code = "nothing-to-dispute"
    template = "“{field}” does not come from a source here, so there is nothing to call not right. Type its value instead."


class NothingToConsentTo(DomainError):
    code = "nothing-to-consent-to"
    template = "“{resource}” is not a register that is asked on your consent. Nothing was changed: load the page again."


class PromisesMissing(DomainError):
    """Commitments that stand for documents, and that the applicant has not made."""

    code = "promises-missing"
    template = "You have not made these promises yet: {names}. Tick each of them, then send again; everything else is saved."


class NotDeclared(DomainError):
    code = "not-declared"
    template = "You have not confirmed that what you say is true. Tick the declaration on the last page, then send again."


class NotConfirmed(DomainError):
    """An officer who helps cannot declare for the person."""

    code = "not-confirmed"
    template = (
        "Nothing was sent: the person has not confirmed this with a code of their own, or something was changed since. "
        "Have a code sent to them and let them read everything once more."
    )
    status = 403


class LevelNeeded(DomainError):
    """A service must know for sure who files."""

    code = "identification-needed"
    template = (
        "“{service}” needs to know for sure who you are (level {needed}, yours is {level}). "
        "Confirm your identity, then send again; everything you entered is kept."
    )
    status = 403


class GuardianNeeded(DomainError):
    """Somebody who is not of age does this with a parent or guardian, unless the service lets them do it alone."""

    code = "guardian-needed"
    template = (
        "“{service}” is not taken from somebody who is not of age alone. A parent or guardian logs in, chooses you under My account, "
        "My children, and goes on with this; everything you entered is kept and they see it."
    )
    status = 403


class NotInMandate(DomainError):
    """Who acts for another does what the mandate says."""

    code = "not-in-mandate"
    template = "Your mandate does not reach to “{event}”. Act for yourself, or ask whoever gave it for a wider one."
    status = 403


class NotForEnterprises(DomainError):
    """The matter is a person's own."""

    code = "not-for-enterprises"
    template = "“{event}” is filed by a person, not by an enterprise. Act for yourself at the top of the page, then begin again."


class ForEnterprises(DomainError):
    """The matter is an enterprise's, and nobody acts for one."""

    code = "for-enterprises"
    template = (
        "“{event}” is filed by an enterprise. Choose at the top of the page for which one you act, then begin again; "
        "how to come to act for one stands under My account, Mandates."
    )


class AnswersMissing(DomainError):
    code = "answers-missing"
    template = "Please answer first: {names}. Then send again; everything else is saved."


class ValuesMissing(DomainError):
    code = "values-missing"
    template = "These fields are still empty: {names}. Fill them in, then send again; everything else is saved."


class DocumentsMissing(DomainError):
    code = "documents-missing"
    template = "These documents are still missing: {names}. Add them, then send again; everything else is saved."


class SourcesNotAsked(DomainError):
    """The filing itself asks no register."""

    code = "sources-not-asked"
    template = "Values from {names} have not been fetched yet. Open the draft again so that they are, then send again."
    status = 409


class SourceNeeded(DomainError):
    code = "source-needed"
    template = (
        "{names} can only come from a register that does not answer now, and nobody may type it. Your draft is kept: try again later."
    )
    status = 409


class NothingToFile(DomainError):
    code = "nothing-to-file"
    template = "By your answers no service applies, so there is nothing to file. Check your answers."


class CaseClosed(DomainError):
    code = "case-closed"
    template = "Case {reference} is {state}, so nothing in it can be changed any more. A new matter needs a new filing."
    status = 409


class NothingToAccept(DomainError):
    code = "nothing-to-accept"
    template = "Nothing in case {reference} waits for acceptance. Load the case again to see where it stands."
    status = 409


class ReasonMissing(DomainError):
    code = "reason-missing"
    template = "A {act} needs {what}. Write it, then send again."


class NothingToCorrect(DomainError):
    code = "nothing-to-correct"
    template = (
        "A notice must list at least one element or document of “{service}”, each with a sentence. “{item}” is none of them or has none."
    )


class NoticeOpen(DomainError):
    """Everything to be put right is said in one notice."""

    code = "notice-open"
    template = "The applicant is already asked to put things right for “{service}”. Wait for the answer, or until the time for it is over."
    status = 409


class SecondNotice(DomainError):
    """What is to be put right is said once; a second time needs a supervisor."""

    code = "second-notice"
    template = "“{service}” has already had its one notice in this case. A second one must be sent by a supervisor of your organisation."
    status = 403


class NoticeClosed(DomainError):
    code = "notice-closed"
    template = "This notice was already answered or is no longer needed. Load the case again to see where it stands."
    status = 409


class NoticeIncomplete(DomainError):
    code = "notice-incomplete"
    template = "The notice also asks for {names}. Put everything right in one answer, then send again."


class BadDueDays(DomainError):
    code = "bad-due-days"
    template = "The time to answer must be between 1 and {most} working days, not {days}. Change it, then send again."


class WrongStep(DomainError):
    code = "wrong-step"
    template = "Step “{step}” of “{service}” is of the kind “{kind}”: use {use} for it."


class FindingMissing(DomainError):
    code = "finding-missing"
    template = "Write down what you found in step “{step}” of “{service}”, then finish it."


class FeeUnpaid(DomainError):
    code = "fee-unpaid"
    template = "The fee “{fee}” of “{service}” is not paid yet. Record its payment, then finish the service."
    status = 409


class UnknownFee(DomainError):
    code = "unknown-fee"
    template = "Service “{service}” has no fee “{fee}” in this case. Choose one of the bill."


class FeeAmountWrong(DomainError):
    """Unit: fen."""

    code = "fee-amount-wrong"
    template = "The fee “{fee}” is {due} fen, not {given}. Take exactly what the bill says, then record it again."


class FeePaid(DomainError):
    code = "fee-paid"
    template = "The fee “{fee}” of “{service}” is already recorded as paid, with receipt {receipt}. Nothing was recorded twice."
    status = 409


class OutputValuesMissing(DomainError):
    """`elements`: what to give."""

    code = "output-values-missing"
    template = "To issue “{type}”, give first: {names}. Then finish the step again."


class NumberUnreadable(DomainError):
    """A number on what is issued: letters, digits and the usual signs between them."""

    code = "number-unreadable"
    template = "The number may hold letters, digits and signs such as - / ( ) 〔 〕, and at least one digit. Copy it from the document."


class NumberLength(DomainError):
    code = "number-length"
    template = "The number is {length} characters long; {fewest} to {most} are usual. Copy it from the document, and nothing else."


class NumberTaken(DomainError):
    """Two documents of one kind never carry the same number."""

    code = "number-taken"
    template = "“{type}” number {number} was already issued in case {reference}. Compare it with the document and write the right one."
    status = 409


class OutputValueUnknown(DomainError):
    code = "output-value-unknown"
    template = "“{service}” issues nothing that carries “{field}”. Give only: {names}."


class OutcomeUnknown(DomainError):
    code = "outcome-unknown"
    template = "A decision is “approve” or “refuse”, not “{outcome}”. Choose one of the two."


class RecheckDone(DomainError):
    code = "recheck-done"
    template = "Somebody has looked at this decision already. Load the page again to read what they found."
    status = 409


class RecheckOutcomeUnknown(DomainError):
    code = "recheck-outcome-unknown"
    template = "A decision of the system is found “right” or “wrong”, not “{outcome}”. Choose one of the two."


class SentenceMissing(DomainError):
    code = "sentence-missing"
    template = "Write the sentence that the applicant will read with this decision, then send again."


class ServiceDecided(DomainError):
    """What has come to its end is not withdrawn."""

    code = "service-decided"
    template = "“{service}” is already {state}, so it can no longer be withdrawn. Load the case again to see where it stands."
    status = 409


class EverythingDecided(DomainError):
    code = "everything-decided"
    template = "Every service of case {reference} is decided, so nothing is left to withdraw. A decision is contested by an appeal instead."
    status = 409


class TooManyDocuments(DomainError):
    code = "too-many-documents"
    template = "A draft holds at most {most} files. Remove some, or join several pages into one file."


class OutputRevoked(DomainError):
    """It was withdrawn already."""

    code = "output-revoked"
    template = "Number {number} has been withdrawn already. Nothing is left to withdraw."
    status = 409
