"""What is known of a business. Pure."""
