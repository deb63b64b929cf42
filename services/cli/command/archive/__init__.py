"""Commands about copies of the topics: written, checked, put back."""
