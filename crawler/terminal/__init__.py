"""What commands share, and what cron is told."""
