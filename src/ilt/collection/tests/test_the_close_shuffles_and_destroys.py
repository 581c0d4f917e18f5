"""The close in the box: nothing read is lost, nothing left tells whose it was, and a crash repeats a step."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.backends.utils import CursorWrapper
from tests.respondents import SMALL, OpenWave, answers_after_close, box_only, post

from ilt.collection import queries, rules
from ilt.collection.models import Answers, Ballot, CloseStep, Receipt, Slip
from ilt.collection.payload import CANNOT_JUDGE, HEADER, envelope, pack
from ilt.collection.rules import CloseHalted, Written
from ilt.shared import clock

pytestmark = [pytest.mark.django_db(databases=["box"]), pytest.mark.usefixtures("static_files")]


def put(wave: OpenWave, sealed: bytes, row: int) -> str:
    row_id = f"{row:064x}"
    Ballot.objects.create(row_id=row_id, wave=wave.id, rev=0, sealed=sealed)
    return row_id


def marked(wave: OpenWave, row: int) -> bytes:
    """Answers that tell which ballot they came from: its number to the base 5, in five items."""
    digits = [row // 5**place % 5 for place in range(5)]
    return pack(digits, wave.instrument)


def row_of(payload: bytes) -> int:
    return sum(digit * 5**place for place, digit in enumerate(payload[HEADER : HEADER + 5]))


@pytest.fixture
def closing() -> OpenWave:
    """A wave with 40 readable ballots whose close has begun."""
    wave = box_only(SMALL, codes=1)
    for row in range(40):
        put(wave, envelope(marked(wave, row)), row)
    rules.begin_close(wave.id)
    return wave


def test_every_ballot_becomes_one_row_of_answers_and_one_receipt(closing: OpenWave) -> None:
    assert rules.write_answers(closing.id) == Written(40, 0)
    assert sorted(answers_after_close(closing.id)) == sorted(marked(closing, row) for row in range(40))
    assert queries.receipts(closing.id) == sorted(rules.receipt(f"{row:064x}") for row in range(40))
    assert rules.write_answers(closing.id) == Written(40, 0)
    assert Answers.objects.count() == 40


def test_the_receipt_a_person_got_is_published_after_the_close() -> None:
    wave = box_only(SMALL)
    given = post(f"/box/{wave.id}/ballot", {**wave.credential(), "rev": 0, "sealed": wave.sealed([1])})[1]
    assert queries.receipts(wave.id) == []
    rules.begin_close(wave.id)
    rules.write_answers(wave.id)
    assert queries.receipts(wave.id) == [given["receipt"]]


def right_links(waves: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many rows an onlooker links by order of writing, who knows the ballots in order."""
    right = {"answers": 0, "receipts": 0}
    write_answers, write_receipts = Answers.objects.bulk_create, Receipt.objects.bulk_create

    def watch_answers(rows: Any) -> Any:
        rows = list(rows)
        right["answers"] += sum(row_of(each.packed) == place for place, each in enumerate(rows))
        return write_answers(rows)

    def watch_receipts(rows: Any) -> Any:
        rows = list(rows)
        right["receipts"] += sum(each.code == rules.receipt(f"{n:064x}") for n, each in enumerate(rows))
        return write_receipts(rows)

    monkeypatch.setattr(Answers.objects, "bulk_create", watch_answers)
    monkeypatch.setattr(Receipt.objects, "bulk_create", watch_receipts)
    for _ in range(waves):
        Ballot.objects.all().delete()
        wave = box_only(SMALL)
        for row in range(20):
            put(wave, envelope(marked(wave, row)), row)
        rules.begin_close(wave.id)
        rules.write_answers(wave.id)
    return right


def test_the_order_of_writing_links_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guessing links one person a wave: 20 waves stay at or below 35, by luck alone in all but 1 of 1,000."""
    right = right_links(20, monkeypatch)
    assert max(right.values()) <= 35


def test_without_the_shuffle_everybody_would_be_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules.SystemRandom, "shuffle", lambda self, rows: None)
    assert right_links(1, monkeypatch) == {"answers": 20, "receipts": 20}


def spoiled(wave: OpenWave) -> list[bytes]:
    """Envelopes that hold no answers to this instrument."""
    good = marked(wave, 1)
    five = wave.instrument.items
    return [
        envelope(pack([5] * len(five), wave.instrument)),  # off the scale of four points
        envelope(pack([253] * len(five), wave.instrument)),  # not shown, but the topic is not optional
        envelope(bytes([2]) + good[1:]),  # another layout
        envelope(good[:1] + bytes(16) + good[17:]),  # another instrument
        envelope(good[:-1] + b"\1"),  # something after the last item
        envelope(good)[:-1] + b"\1",  # something in the padding
        b"\1" + envelope(good)[1:],  # sealed, which nothing can open yet
        envelope(good)[:-1],
    ]


def test_a_spoiled_ballot_is_refused_whole_and_counted(closing: OpenWave) -> None:
    for place, sealed in enumerate(spoiled(closing)):
        Ballot.objects.all().delete()
        put(closing, envelope(pack([CANNOT_JUDGE, 4, 1, 0, 2], closing.instrument)), 100)
        put(closing, sealed, 200 + place)
        CloseStep.objects.all().delete()
        assert rules.write_answers(closing.id) == Written(1, 1), place
        assert rules.write_answers(closing.id) == Written(1, 1)


def test_too_many_spoiled_ballots_stop_the_close_and_destroy_nothing(closing: OpenWave) -> None:
    bad = spoiled(closing)[0]
    for row in (101, 102):
        put(closing, bad, row)
    put(closing, bad, 103)
    with pytest.raises(CloseHalted, match="3 of 43 ballots cannot be read"):
        rules.write_answers(closing.id)
    with pytest.raises(CloseHalted):
        rules.destroy_ballots(closing.id, opened=True)
    assert (Ballot.objects.count(), Answers.objects.count(), Receipt.objects.count()) == (43, 0, 0)


def test_answers_are_not_written_while_the_wave_is_open() -> None:
    wave = box_only(SMALL)
    with pytest.raises(CloseHalted, match="Begin the close first"):
        rules.write_answers(wave.id)


def test_a_crash_while_writing_leaves_all_ballots_and_no_answers(
    closing: OpenWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(rows: object) -> None:
        raise OperationalError("the power is gone")

    monkeypatch.setattr(Receipt.objects, "bulk_create", crash)
    with pytest.raises(OperationalError):
        rules.write_answers(closing.id)
    monkeypatch.undo()
    assert (Ballot.objects.count(), Answers.objects.count()) == (40, 0)
    assert rules.write_answers(closing.id) == Written(40, 0)


def test_ballots_are_destroyed_only_after_their_answers_were_read_back(closing: OpenWave) -> None:
    rules.write_answers(closing.id)
    lost = Answers.objects.all()[0]
    lost.delete()
    with pytest.raises(CloseHalted, match="not as they were written"):
        rules.destroy_ballots(closing.id, opened=True)
    assert Ballot.objects.count() == 40
    Answers.objects.create(wave=closing.id, packed=bytes(lost.packed), groups=b"")
    for _ in range(2):
        rules.destroy_ballots(closing.id, opened=True)
    assert (Ballot.objects.count(), Slip.objects.count(), Answers.objects.count()) == (0, 0, 40)


def test_a_wave_destroyed_unread_keeps_nothing(closing: OpenWave) -> None:
    rules.destroy_ballots(closing.id, opened=False)
    assert (Ballot.objects.count(), Answers.objects.count(), Receipt.objects.count()) == (0, 0, 0)
    assert post(f"/box/{closing.id}/ballot", {**closing.credential(), "rev": 0, "sealed": ""})[0] == 410


def test_an_opening_that_is_repeated_by_another_plan_takes_ballots_as_long_as_that_plan_says() -> None:
    wave = box_only(SMALL)
    facts = rules.BoxWave.objects.get(wave=wave.id)
    later = facts.closes_at + timedelta(days=3)
    rules.open_box(
        rules.BoxFacts(
            wave=wave.id,
            instrument=facts.instrument,
            sign_spki=facts.sign_spki,
            fp=facts.fp,
            closes_at=later,
            grace_s=facts.grace_s,
            payload_len=facts.payload_len,
            pages={"en": b"x", "en-plain": b"x"},
        )
    )
    body = {**wave.credential(), "rev": 0, "sealed": wave.sealed([1])}
    with clock.at(later - timedelta(minutes=1)):
        assert post(f"/box/{wave.id}/ballot", body)[0] == 201


def test_a_second_clock_finds_the_same_number_of_ballots_and_destroys_no_answers(closing: OpenWave) -> None:
    rules.write_answers(closing.id)
    rules.destroy_ballots(closing.id, opened=True)
    assert (Ballot.objects.count(), rules.begin_close(closing.id)) == (0, 40)
    rules.destroy_ballots(closing.id, opened=False)
    assert rules.BoxWave.objects.get(wave=closing.id).state == "closed"
    assert len(answers_after_close(closing.id)) == 40


def files_of_the_box() -> bytes:
    file = Path(connections["box"].settings_dict["NAME"])
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def bytes_of_the_tables() -> int:
    with connections["box"].cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('ilt_ballot') + pg_relation_size('ilt_slip')")
        size: int = cursor.fetchone()[0]
    return size


@contextmanager
def another_connection() -> Iterator[CursorWrapper]:
    other = connections["box"].copy()
    try:
        with other.cursor() as cursor:
            yield cursor
            cursor.execute("ROLLBACK")
    finally:
        other.close()


@pytest.mark.django_db(databases=["box"], transaction=True)
def test_after_the_rewriting_no_key_of_a_ballot_is_left_on_disk(closing: OpenWave) -> None:
    keys = [f"{row:064x}".encode() for row in range(1, 40)]
    with another_connection() as reader:
        if connections["box"].vendor == "postgresql":
            # A snapshot from before the destruction: a plain VACUUM FULL would keep every row for it.
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM ilt_boxwave")
        rules.write_answers(closing.id)
        rules.destroy_ballots(closing.id, opened=True)
        if connections["box"].vendor == "sqlite":
            assert any(key in files_of_the_box() for key in keys)  # deleting alone leaves them in the journal
            assert rules.rewrite_box()
            assert not any(key in files_of_the_box() for key in keys)
            reader.execute("BEGIN")
        else:
            assert bytes_of_the_tables() > 0
            assert rules.rewrite_box()
            assert bytes_of_the_tables() == 0


@pytest.mark.django_db(databases=["box"], transaction=True)
def test_the_ballots_of_another_open_wave_survive_the_rewriting(closing: OpenWave) -> None:
    other = box_only(SMALL)
    post(f"/box/{other.id}/ballot", {**other.credential(), "rev": 0, "sealed": other.sealed([1])})
    kept = list(Ballot.objects.filter(wave=other.id).values())
    rules.destroy_ballots(closing.id, opened=False)
    assert rules.rewrite_box()
    assert len(kept) == 1
    assert list(Ballot.objects.values()) == kept


@pytest.mark.django_db(databases=["box"], transaction=True)
def test_a_box_in_use_is_rewritten_later(closing: OpenWave) -> None:
    rules.destroy_ballots(closing.id, opened=False)
    with another_connection() as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT row_id FROM ilt_slip")
        reader.fetchall()
        assert not rules.rewrite_box()
    assert rules.rewrite_box()
