"""The room of a class: its code, seats, tasks and answers, its phases and its wall."""
