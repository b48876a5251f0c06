"""Records of other registers, gathered centrally: loaded in bulk, found by key, with what they were before."""
