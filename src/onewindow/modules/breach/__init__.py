"""When something leaked: whom it concerns, which data, and the letters to them."""
