"""An answer in OpenAI's form, whole, in chunks, slow or broken off."""
