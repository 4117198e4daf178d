"""How tables came to be: one branch of revisions for each part that has tables."""
