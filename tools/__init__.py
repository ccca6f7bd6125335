"""Programs for those who develop vcwallet; not in the wheel."""
