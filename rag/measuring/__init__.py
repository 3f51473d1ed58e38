"""How good it is: question sets, and what the answers to them are worth."""
