"""A key in, who asks and what they may out; and what they did, kept."""
