"""The optional language model: any OpenAI-compatible endpoint, asked little and trusted less."""
