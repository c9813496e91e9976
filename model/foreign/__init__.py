"""Files that other programs wrote: telling them apart, reading weights from them. Nothing in a file is ever run."""
