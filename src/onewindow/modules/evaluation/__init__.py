"""What applicants say of what was done for them: one evaluation an act, call-backs of bad ones, public scores."""
