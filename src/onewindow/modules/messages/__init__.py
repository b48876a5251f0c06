"""Messages to people: templates in three languages, and the channels that carry them."""
