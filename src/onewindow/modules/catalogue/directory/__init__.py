"""Reading another platform's list of service items: rows, codes and what becomes of each. No database here."""
