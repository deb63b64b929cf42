"""Which server is called, and how it is spoken to. Alone imports openai."""
