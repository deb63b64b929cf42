"""What an ended job came to, as JSON and as a file for spreadsheets."""
