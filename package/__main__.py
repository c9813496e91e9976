"""`python -m skipscope` is the command `skipscope`."""

from skipscope.app.cli.main import main

main()
