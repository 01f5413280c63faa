"""The labelled corpus: how well events of eight languages group, and what we know that we miss."""

from benchmarks.grouping.making import generated, hard
from benchmarks.grouping.recorded import recorded
from benchmarks.grouping.scoring import score


def test_ordinary_events_group_as_people_would():
    found = score(generated())

    assert found.events >= 300
    assert found.groups >= 60
    assert found.precision >= 0.99, found.merged
    assert found.recall >= 0.95, found.split


def test_what_real_clients_sent_groups_across_their_versions():
    found = score(recorded())

    assert (found.events, found.groups) == (57, 29)
    assert (found.precision, found.recall) == (1.0, 1.0), (found.merged, found.split)


def test_the_corpus_knows_what_is_missed():
    found = score(hard())

    assert found.merged == (("hard/same-function-cart", "hard/same-function-user"),)
    assert {label for label, _ in found.split} == {
        "hard/one-more-frame",
        "hard/without-sources",
        "hard/comment-added",
        "hard/named-person",
        "hard/quoted-product",
    }


def test_the_score_counts_pairs():
    def labelled(label: str, *messages: str):
        return [("shop", label, {"message": each}) for each in messages]

    found = score([*labelled("a", "one", "one", "two"), *labelled("b", "two")])

    # Of the pairs that are together one is right, and of those that belong so one of three is.
    assert (found.precision, found.recall) == (1 / 2, 1 / 3)
    assert found.merged == (("a", "b"),)
    assert found.split == (("a", 2),)
