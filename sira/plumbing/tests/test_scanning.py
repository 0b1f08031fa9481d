"""What comes from outside is looked through before anybody is given it, and accepted whatever the scanner does."""

import socket
import threading

import pytest

from sira.plumbing import audit, clamd, scanning
from sira.plumbing.clamd import NotScanned, ScannerAway
from sira.plumbing.models import AuditEntry, ScannedFile
from sira.plumbing.scanning import FileHeldBack, FileUnchecked, FileWaits, Round
from sira.plumbing.tests.clamd import BAD, GOING, NAME


def ask(content, scanner, seconds=5.0):
    return clamd.scan(content, at=scanner.place, seconds=seconds)


def test_it_is_asked_piece_by_piece_and_says_what_it_found(scanner):
    assert ask([b"an ", b"", b"invoice" * 100_000], scanner) == ""
    assert scanner.seen == [b"an " + b"invoice" * 100_000]
    assert ask([BAD[:5], BAD[5:]], scanner) == NAME


def test_it_may_listen_on_a_socket(tmp_path):
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()

        def answer():
            link, _ = listening.accept()
            with link:
                while not link.recv(4096).endswith(b"\0\0\0\0"):
                    pass
                link.sendall(b"stream: OK\0")

        threading.Thread(target=answer, daemon=True).start()
        assert clamd.scan([b"hello"], at=path, seconds=5.0) == ""


def test_what_it_would_not_look_through_is_not_taken_for_clean(scanner):
    scanner.largest = 1000
    with pytest.raises(NotScanned, match="size limit"):
        ask([b"x" * 500_000], scanner)


@pytest.mark.parametrize("says", ["", "PONG", "stream: fine", "nothing"])
def test_what_is_no_answer_of_a_scanner_says_nothing_of_the_content(scanner, says):
    scanner.says = says or " "
    with pytest.raises(ScannerAway):
        ask([b"hello"], scanner, seconds=0.5)


def test_a_scanner_that_is_not_there_is_away():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ScannerAway):
            clamd.scan([b"hello"], at=taken.getsockname(), seconds=1.0)


def test_a_file_waits_until_it_was_looked_through_and_one_that_is_found_is_kept_and_given_to_nobody(store, scanner):
    clean, bad = store.keep([b"an invoice"]), store.keep([BAD], packed=True)
    with pytest.raises(FileWaits):
        scanning.must_be_clean(clean.digest)
    Round(store).go(GOING)
    scanning.must_be_clean(clean.digest)
    with pytest.raises(FileHeldBack) as held:
        scanning.must_be_clean(bad.digest)
    assert held.value.details == {"found": NAME}
    assert store.whole(bad.digest) == BAD
    assert b"".join(scanning.unless_held_back(bad.digest)).startswith(b"Harmful content")
    assert b"".join(scanning.unless_held_back(clean.digest)) == b"an invoice"


def test_who_asks_for_a_small_file_a_moment_later_is_given_it(store, scanner):
    clean, bad = store.keep([b"an invoice"]), store.keep([BAD])
    scanning.must_be_clean(clean.digest, size=clean.size)
    with pytest.raises(FileHeldBack):
        scanning.must_be_clean(bad.digest, size=bad.size)
    large = store.keep([b"x" * (scanning.SMALL + 1)])
    with pytest.raises(FileWaits):
        scanning.must_be_clean(large.digest, size=large.size)


def test_while_the_scanner_is_away_files_wait_and_are_asked_about_again(store, scanner, settings):
    settings.SCANNER = ("127.0.0.1", 1)
    kept, going = store.keep([b"an invoice"]), Round(store)
    with pytest.raises(ScannerAway):
        going.go(GOING)
    with pytest.raises(FileWaits):
        scanning.must_be_clean(kept.digest, size=kept.size)
    settings.SCANNER = scanner.place
    going.go(GOING)
    scanning.must_be_clean(kept.digest)


def test_one_that_is_too_large_for_it_is_held_back_in_words_and_asked_about_again(store, scanner):
    scanner.largest = 1000
    large, small = store.keep([b"x" * 5000]), [store.keep([b"invoice %d" % number]) for number in range(5)]
    going = Round(store)
    going.go(GOING)
    for kept in small:
        scanning.must_be_clean(kept.digest)
    with pytest.raises(FileUnchecked, match="could not check") as held:
        scanning.must_be_clean(large.digest, size=large.size)
    assert held.value.details == {"found": "INSTREAM size limit exceeded. ERROR"}
    asked = len(scanner.seen)
    scanner.largest = 10**9
    going.go(GOING)  # not in every round
    assert len(scanner.seen) == asked
    going._not_before.clear()
    going.go(GOING)
    scanning.must_be_clean(large.digest)


def test_what_turns_out_harmful_after_the_limits_were_set_higher_is_told_as_that(store, scanner):
    scanner.largest = 10
    kept = store.keep([BAD])
    for largest in (10, 1000):
        scanner.largest = largest
        Round(store).go(GOING)
    ScannedFile.objects.update(told=5)
    Round(store).go(GOING)
    with pytest.raises(FileHeldBack) as held:
        scanning.must_be_clean(kept.digest)
    assert held.value.details == {"found": NAME} and not isinstance(held.value, FileUnchecked)
    assert ScannedFile.objects.get().told == 5, "told anew once, not at each look"


def test_what_was_held_back_stays_so_when_the_scanner_is_switched_off_until_somebody_decides(store, scanner, settings):
    scanner.largest = 1000
    bad, large, later = (store.keep([content]) for content in (BAD, b"x" * 5000, b"not looked through"))
    scanning.look_through(store, bad.digest)
    scanning.look_through(store, large.digest)
    settings.SCANNER = None
    with pytest.raises(FileHeldBack):
        scanning.must_be_clean(bad.digest)
    scanning.must_be_clean(large.digest)  # nothing was found in it, and nobody asks for it to be looked through
    scanning.must_be_clean(later.digest)

    settings.SCANNER = scanner.place
    for kept in (bad, large):
        with pytest.raises(FileHeldBack):
            scanning.must_be_clean(kept.digest)
        scanning.give_out(kept.digest, because="An own macro.", by=None, way=audit.COMMAND)
        scanning.must_be_clean(kept.digest)
    scanner.largest = 10**9
    Round(store).go(GOING)
    assert b"x" * 5000 not in scanner.seen, "it was decided about"
    told = AuditEntry.objects.filter(what="held file given out").latest("id")
    assert (told.key, told.changes["because"]) == (large.digest.hex(), "An own macro.")


def test_each_content_is_looked_through_once(store, scanner):
    for number in range(3):
        store.keep([b"invoice %d" % number])
    going = Round(store)
    for _round in range(3):
        going.go(GOING)
    Round(store).go(GOING)  # a worker that has begun anew
    assert len(scanner.seen) == ScannedFile.objects.count() == 3


def test_what_comes_into_a_folder_that_was_gone_through_is_found(store, scanner, monkeypatch):
    monkeypatch.setattr(scanning, "SETTLED", -1.0)
    going, kept = Round(store), []
    for number in range(40):
        kept.append(store.keep([b"invoice %d" % number]))
        going.go(GOING)
    for one in kept:
        scanning.must_be_clean(one.digest)


def test_without_a_scanner_nothing_waits(store, settings, django_assert_num_queries):
    settings.SCANNER = None
    with django_assert_num_queries(1):
        scanning.must_be_clean(store.keep([BAD]).digest)
