"""The parts of pages: static files, first data, the offline file, pictures of data sets."""
