"""What a message seems to be: situation and kind, read in this process, with the words that spoke for it."""

from bot.suggest.suggestion import Doubt, Guess, Suggester, Suggestion

__all__ = ["Doubt", "Guess", "Suggester", "Suggestion"]
