"""What is kept, and where: Redis, or a server of our own when there is none."""
