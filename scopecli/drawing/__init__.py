"""Pictures of who shares what, and the page."""
