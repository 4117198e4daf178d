"""Who calls: access tokens and, if this server keeps its own users, their names and passwords."""
