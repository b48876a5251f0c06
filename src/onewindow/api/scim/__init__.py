"""SCIM 2.0 (RFC 7643, RFC 7644): a department's own system keeps its staff here."""
