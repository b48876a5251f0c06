"""Mutants that nobody can notice, each with the reason: they are not counted."""

_LOCKED = "The row was read under a lock in the same act: its other columns are written as they are."
_LATER = "The same row is read with one more question to the database."
_BY_KEY = "The first of rows in no order is the first by primary key, which is what is asked for."
_ID = "Whoever passes the rule before has an id: only the type says that there may be none."
STRICT = "both lists are made from one another, so they are of one length"
BIG = "the order of bytes that Python takes by itself"
CHUNKS = "how many rows are fetched at once is not seen in them, and Django takes 2000 by itself"
TYPES = "a hint for the type checker: nothing is done with it"
FALSY = "it is only asked whether it is true"

_ACTS = 'found.values_list("at", "action", "subject_kind", "subject_id").iterator(chunk_size=%s)'
_TAKEN = "found.values_list(*names).iterator(chunk_size=%s)"
_AUDIT_ROWS = 'AuditEntry.objects.filter(leaf__isnull=False).order_by("leaf").iterator(chunk_size=%s)'
_TEXT = 'json.dumps(content, sort_keys=True, ensure_ascii=%s, separators=(",", ":"))'
_ZIP = "zip(kept, earlier, %s)"

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
    "src/onewindow/plumbing/audit.py": {
        ("acts_of", _ACTS % 2000, _ACTS % None): CHUNKS,
        ("acts_of", "2000", "2001"): CHUNKS,
    },
    "src/onewindow/plumbing/accesses.py": {
        ("entry_text", _TEXT % False, _TEXT % None): FALSY,
        ("within", _TAKEN % 2000, _TAKEN % None): CHUNKS,
        ("within", "2000", "2001"): CHUNKS,
        ("_write", "cast(Sequence[AccessEntry], rows)", "cast(None, rows)"): TYPES,
        (
            "of_person",
            "found.exclude(actor_id=person_id, actor_id__isnull=False)",
            "found.exclude(actor_id=person_id, )",
        ): "Django itself keeps rows without an actor when it excludes one",
    },
    "src/onewindow/plumbing/access_holder.py": {
        ("_export", "accesses.of_person(user_id, limit=ALL)", "accesses.of_person(user_id, limit=None)"): "all are all",
    },
    "src/onewindow/plumbing/access_store/commit.py": {
        ("_Waiting.__init__", "self.done = False", "self.done = None"): FALSY,
    },
    "src/onewindow/plumbing/proof_log.py": {
        ("entry_text", _TEXT % False, _TEXT % None): FALSY,
        ("inclusion", '""', '"XXXX"'): "without a head there is no entry, and the line before has refused",
        (
            "inclusion",
            'newest.note if newest else ""',
            'newest.note if (newest) or True else ""',
        ): "without a head there is no entry, and the line before has refused",
        ("_acts", _AUDIT_ROWS % 2000, _AUDIT_ROWS % None): CHUNKS,
        ("_acts", "2000", "2001"): CHUNKS,
        ("_looks", "2000", "2001"): CHUNKS,
        ("_files", "64", "65"): CHUNKS,
        ("export", '"utf-8"', '"UTF-8"'): "one encoding has both names",
    },
    "src/onewindow/domain/proof/checkpoint.py": {
        ("Cosigned.witnessed", 'int.from_bytes(given[:8], "big")', "int.from_bytes(given[:8], )"): BIG,
        ("cosignature_line", 'seen.to_bytes(8, "big")', "seen.to_bytes(8, )"): BIG,
    },
    "src/onewindow/domain/proof/layout.py": {
        ("bundle", 'len(entry).to_bytes(2, "big")', "len(entry).to_bytes(2, )"): BIG,
        ("unbundled", 'int.from_bytes(data[place : place + 2], "big")', "int.from_bytes(data[place : place + 2], )"): BIG,
    },
    "src/onewindow/domain/proof/proofs.py": {
        (
            "_extension",
            "_extension(tiles, earlier, middle, last, known=False)",
            "_extension(tiles, earlier, middle, last, known=None)",
        ): FALSY,
        ("consistency_proof", "< later", "<= later"): "of two trees of one size the proof is empty either way",
    },
    "docs/verify_log.py": {
        ("verify", _ZIP % "strict=True", _ZIP % "strict=None"): STRICT,
        ("verify", _ZIP % "strict=True", _ZIP % ""): STRICT,
        ("verify", "True", "False"): STRICT,
        ("witnessed", 'int.from_bytes(signature[:8], "big")', "int.from_bytes(signature[:8], )"): BIG,
        ("leaves", 'int.from_bytes(data[place : place + 2], "big")', "int.from_bytes(data[place : place + 2], )"): BIG,
        ("read_head", '"utf-8"', '"UTF-8"'): "one encoding has both names",
    },
}
"""{file: {(function, what it says, what the mutant says): why it is the same}}"""


def of(name: str) -> dict[tuple[str, str, str], str]:
    """Return those of one file."""
    return EQUIVALENT.get(name, {})
