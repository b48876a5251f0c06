"""People, organisations, regions, posts: who somebody is and for whom they act."""
