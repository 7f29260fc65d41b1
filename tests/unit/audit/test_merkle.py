"""Tree hashes and proofs of RFC 6962 and RFC 9162, by their properties."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle

logs = st.lists(st.binary(max_size=8), min_size=1, max_size=40).map(
    lambda entries: [merkle.leaf_hash(entry) for entry in entries]
)


def test_known_roots_of_rfc_6962() -> None:
    assert merkle.root_hash([]) == hashlib.sha256(b"").digest()
    assert merkle.leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@given(logs, st.data())
def test_every_leaf_proves_that_it_is_in_the_log(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    root = merkle.root_hash(leaves)
    assert merkle.root_from_inclusion(leaves[index], index, len(leaves), proof) == root
    other = merkle.leaf_hash(b"never logged, and longer than eight")
    assert merkle.root_from_inclusion(other, index, len(leaves), proof) != root


@given(logs, st.data())
def test_a_log_proves_that_it_only_grew(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    proof = merkle.consistency_proof(leaves, old)
    old_root, root = merkle.root_hash(leaves[:old]), merkle.root_hash(leaves)
    assert merkle.is_consistent(old, len(leaves), old_root, root, proof)
    forged = merkle.root_hash([merkle.leaf_hash(b"forged, longer than eight"), *leaves[1:old]])
    assert not merkle.is_consistent(old, len(leaves), forged, root, proof)


@given(logs)
def test_a_compact_range_grows_as_the_tree_does(leaves: list[bytes]) -> None:
    ranges = list(merkle.ranges(leaves))
    assert [tree.size for tree in ranges] == list(range(len(leaves) + 1))
    for tree in ranges:
        assert tree.root == merkle.root_hash(leaves[: tree.size])


def test_a_proof_of_the_wrong_length_is_refused() -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(4)]
    proof = merkle.inclusion_proof(leaves, 1)
    with pytest.raises(ValueError, match="too short"):
        merkle.root_from_inclusion(leaves[1], 1, 4, proof[:1])
    with pytest.raises(ValueError, match="too long"):
        merkle.root_from_inclusion(leaves[1], 1, 4, [*proof, proof[0]])


def test_indices_and_sizes_outside_the_tree_are_refused() -> None:
    leaf = merkle.leaf_hash(b"one")
    with pytest.raises(ValueError, match="outside"):
        merkle.root_from_inclusion(leaf, 1, 1, [])
    with pytest.raises(ValueError, match="too long"):
        merkle.root_from_inclusion(leaf, 0, 1, [leaf])
    for old_size in (0, 2):
        with pytest.raises(ValueError, match="outside"):
            merkle.consistency_proof([leaf], old_size)


@given(logs, st.data())
def test_a_consistency_proof_of_another_length_is_none(
    leaves: list[bytes], data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    proof = merkle.consistency_proof(leaves, old)
    old_root, root = merkle.root_hash(leaves[:old]), merkle.root_hash(leaves)
    longer = [*proof, merkle.leaf_hash(b"one more, longer than eight")]
    assert not merkle.is_consistent(old, len(leaves), old_root, root, longer)
    if proof:
        assert not merkle.is_consistent(old, len(leaves), old_root, root, proof[:-1])
