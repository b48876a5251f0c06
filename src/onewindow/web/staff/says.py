"""The sentences of all permissions, so that they are translated; a test finds one that is missing."""

from django.utils.translation import gettext_noop

SAYS = frozenset(
    {
        gettext_noop("Compile a catalogue of one's own through the API: it costs us time, so we want to know who asks."),
        gettext_noop("Confirm or reject, as a second officer, what a colleague of one's organisation proposed."),
        gettext_noop("Write the table of a year's days off and make-up workdays."),
        gettext_noop("Accept a step for one's own organisation, or at the one window."),
        gettext_noop("Accept a case for every department at the one window."),
        gettext_noop("Answer a notice on one's own case."),
        gettext_noop("Decide a service of one's own organisation."),
        gettext_noop("See the queue of one's own organisation."),
        gettext_noop("Begin a draft in one's own name."),
        gettext_noop("Change, file or discard one's own draft."),
        gettext_noop("Bring limits that have passed before the supervisors."),
        gettext_noop("Ask registers on behalf of a running case."),
        gettext_noop("Let a held service of one's own organisation go on."),
        gettext_noop("Propose to withdraw what one's own organisation has issued."),
        gettext_noop("Send a second notice on one service."),
        gettext_noop("Confirm or reject a colleague's refusal or withdrawal."),
        gettext_noop("Record a fee paid at the counter."),
        gettext_noop("Withdraw one's own case."),
        gettext_noop("Take one service out of a case at the window, at the applicant's request."),
        gettext_noop("Work on a step of one's own organisation."),
        gettext_noop("Keep drafts of catalogue objects; drafts are their author's own."),
        gettext_noop("Load catalogue files, and files of other platforms."),
        gettext_noop("Publish one new or edited object as a new release."),
        gettext_noop("Say how data resources are reached."),
        gettext_noop("Ask a data resource on behalf of a draft or case."),
        gettext_noop("Make a key for a program that acts in one's own name."),
        gettext_noop("Close or reopen an account of one's own organisation."),
        gettext_noop("Record leave and a substitute: one's own, or as the administrator."),
        gettext_noop("Load people, their proven facts and their posts."),
        gettext_noop("Open an account with a proven phone or e-mail."),
        gettext_noop("End a key of one's own."),
        gettext_noop("Write organisations as a catalogue names them."),
        gettext_noop("Choose the language of one's own pages."),
        gettext_noop("Give one's own account a new password."),
        gettext_noop("See and change posts, roles and leave of one's own organisation."),
    }
)
