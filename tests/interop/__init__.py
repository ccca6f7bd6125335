"""Other people's npm packages verify what we sign, and we verify what they sign."""
