"""The API: one file per resource, the same services as the pages, OpenAPI 3.1 out of the types."""
