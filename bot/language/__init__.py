"""Text in, facts about words out: the ground floor, which knows no article."""
