"""Computation on texts and words, without knowledge of articles or chats."""
