"""What pages are made of: static files, first data, the offline file, pictures of data sets."""
