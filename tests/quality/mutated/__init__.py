"""Real pages changed so that what they say is known still, and no rule was made for how they say it."""
