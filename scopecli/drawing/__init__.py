"""Pictures of reports, and the page that shows one in a browser."""
