"""Which server is called, how it is spoken to, what its errors mean. Alone imports openai."""
