"""Evaluation on the pages: the five faces at a case, the call-backs of an organisation, the public scores."""
