"""The optional language model behind any OpenAI-compatible endpoint, with limits and checks of its answers."""
