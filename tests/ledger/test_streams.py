import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.ledger.guard import Limits, Refused
from openkam.ledger.streams import chunks, edges, file_hash, gunzip, head, save, transcode

PIECES = st.lists(st.binary(max_size=2000), min_size=1, max_size=4)


@given(members=PIECES, size=st.integers(1, 500))
def test_gzip_members_come_back_whatever_the_pieces(members, size):
    packed = b"".join(gzip.compress(member) for member in members)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join(gunzip(pieces, Limits())) == b"".join(members)


@given(text=st.text(st.sampled_from("ab1,\n客戶é"), max_size=300), size=st.integers(1, 20))
def test_transcoding_does_not_depend_on_the_pieces(text, size):
    for encoding in ("utf-16", "utf-32", "gb18030", "utf-16-be"):
        raw = text.encode(encoding)
        pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert b"".join(transcode(pieces, encoding)) == text.encode()


def test_a_text_cut_in_the_middle_of_a_character_is_refused():
    with pytest.raises(Refused) as refused:
        list(transcode(["客戶".encode("cp950")[:-1]], "cp950"))
    assert (refused.value.code, refused.value.values["offset"]) == ("encoding", 2)


def test_a_highly_packed_file_is_expanded_in_small_pieces():
    packed = gzip.compress(b"x" * 30_000_000)
    assert max(len(piece) for piece in gunzip([packed], Limits())) <= 1024 * 1024


def test_a_failed_write_leaves_no_file(tmp_path):
    def failing():
        yield b"some"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        save(failing(), tmp_path / "x", Limits())
    with pytest.raises(Refused):
        save([b"12345"], tmp_path / "x", Limits(max_expanded=4))
    assert list(tmp_path.iterdir()) == []


def test_pieces_heads_and_hashes(tmp_path):
    path = save([b"ab", b"cde"], tmp_path / "x", Limits())
    assert list(chunks(path, 2)) == [b"ab", b"cd", b"e"]
    assert head(chunks(path, 2), 3) == b"abc"
    assert edges(path) == b"abcdeabcde"[:5] + b"abcde"
    assert file_hash(path) == "36bbe50ed96841d10443bcb670d6554f0a34b761be67ec9c4a8ad2c0c44ca42c"
