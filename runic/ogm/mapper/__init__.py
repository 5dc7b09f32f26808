"""Between models and a database: what is stored for a value, and which class a node is read as."""
