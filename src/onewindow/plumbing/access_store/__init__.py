"""The store of denials and reads: a database of its own on SQLite, a second connection elsewhere. Others go through `plumbing.accesses`."""
