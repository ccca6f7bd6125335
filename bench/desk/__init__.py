"""An issuer's desk to measure: its sheets, its folder, and the database and cluster it may use."""
