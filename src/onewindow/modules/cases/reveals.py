"""Words of the act that shows a masked value, shared by who does it and who reads of it."""

WHY_SHOWN = ("compare-identity", "call-applicant", "compare-document", "authority-asks", "other")
"""Why a value may be shown. “other” needs words."""
CONTACT_PHONE = "contact-phone"
"""The telephone of the case itself, which is no element."""
REVEALED = "value-revealed"
"""The line of the timeline, for supervisors."""
