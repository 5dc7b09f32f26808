"""What a model is: fields, relations, types and the registry; knows no database and no session."""
