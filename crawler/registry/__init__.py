"""What is known of each site and of addresses."""
