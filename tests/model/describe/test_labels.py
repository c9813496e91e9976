"""Every field has a name for people."""

from skipscope.model.describe.labels import label_of


def test_a_field_is_named_in_words() -> None:
    assert label_of("lr") == "Learning rate"
    assert label_of("batch_size") == "Batch size"
