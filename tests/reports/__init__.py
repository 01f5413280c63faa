"""Reports of people from the door to the API: what they wrote, and what they attached."""
