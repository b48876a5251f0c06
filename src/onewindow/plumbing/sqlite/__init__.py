"""SQLite as a server needs it: WAL, writes durable at commit, and one writer at a time in an orderly queue."""
