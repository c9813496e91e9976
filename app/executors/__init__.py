"""Where networks are measured and trained: processes apart from the web's."""
