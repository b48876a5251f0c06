"""Mutants that nobody can notice, each with the reason: they are not counted."""

_LOCKED = "The row was read under a lock in the same act: its other columns are written as they are."
_LATER = "The same row is read with one more question to the database."
_BY_KEY = "The first of rows in no order is the first by primary key, which is what is asked for."
_ID = "Whoever passes the rule before has an id: only the type says that there may be none."

EQUIVALENT: dict[str, dict[tuple[str, str, str], str]] = {
    "src/onewindow/plumbing/approvals.py": {
        (
            "confirm",
            'row.save(update_fields=["state", "settled_by", "settled_at"])',
            "row.save(update_fields=None)",
        ): _LOCKED,
        (
            "reject",
            'row.save(update_fields=["state", "settled_by", "settled_at", "reason"])',
            "row.save(update_fields=None)",
        ): _LOCKED,
    },
    "src/onewindow/modules/cases/services/second_officer.py": {
        (
            "may_confirm",
            'models.CaseService.objects.select_related("case")',
            "models.CaseService.objects.select_related(None)",
        ): _LATER,
    },
    "src/onewindow/modules/identity/acting.py": {
        (
            "_actings",
            'MandateRow.objects.filter(receiver=user_id, state="accepted")',
            "MandateRow.objects.filter(receiver=user_id, )",
        ): "Whether a mandate is accepted, its rule asks again of each row.",
    },
    "src/onewindow/modules/identity/officers.py": {
        ("_carry_out_roles", 'post.save(update_fields=["is_active"])', "post.save(update_fields=None)"): _LOCKED,
        ("end_leave", 'Leave.objects.select_related("post")', "Leave.objects.select_related(None)"): _LATER,
        (
            "end_leave",
            'leave.save(update_fields=["ended_at"])',
            "leave.save(update_fields=None)",
        ): "Nothing else of a leave ever changes.",
        ("_begin_leave", "UUID(int=0)", "UUID(int=None)"): _ID,
        ("_begin_leave", "0", "1"): _ID,
    },
    "src/onewindow/modules/identity/posts.py": {
        (
            "actor_for",
            'Post.objects.filter(user_id=user_id, is_active=True).order_by("id")',
            "Post.objects.filter(user_id=user_id, is_active=True).order_by(None)",
        ): _BY_KEY,
        (
            "rights_waiting",
            'Post.objects.select_related("user").filter(user=row.proposed_by).order_by("id")',
            'Post.objects.select_related("user").filter(user=row.proposed_by).order_by(None)',
        ): _BY_KEY,
        ("rights_waiting", 'Post.objects.select_related("user")', "Post.objects.select_related(None)"): _LATER,
    },
}
"""{file: {(function, what it says, what the mutant says): why it is the same}}"""


def of(name: str) -> dict[tuple[str, str, str], str]:
    """Return those of one file."""
    return EQUIVALENT.get(name, {})
