"""A file → an Article: formats, cleaning, titles, dates, and the outline of the text that comes out."""
