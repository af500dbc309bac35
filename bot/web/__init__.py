"""The site: the address Slack posts to, and what whoever runs it looks at."""
