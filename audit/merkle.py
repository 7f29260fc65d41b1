"""Merkle tree hashes and proofs as RFC 6962 (section 2.1) and RFC 9162 define them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH = len(EMPTY_ROOT)
LEAF, NODE = b"\x00", b"\x01"  # what is hashed before an entry, and before two hashes


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry (RFC 6962, 2.1)."""
    return hashlib.sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (RFC 6962, 2.1)."""
    return hashlib.sha256(NODE + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


@dataclass(frozen=True)
class CompactRange:
    """A tree as the roots of the perfect trees that it consists of, the largest first.

    It is all that a tree needs to grow (Trillian's compact range).
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def grown(self, leaf: bytes) -> Self:
        """The range with one leaf hash more."""
        roots, size = [*self.roots, leaf], self.size
        while size & 1:
            right, left = roots.pop(), roots.pop()
            roots.append(node_hash(left, right))
            size >>= 1
        return type(self)(self.size + 1, tuple(roots))

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self.roots:
            return EMPTY_ROOT
        *larger, root = self.roots
        for left in reversed(larger):
            root = node_hash(left, root)
        return root


def ranges(leaves: Iterable[bytes]) -> Iterator[CompactRange]:
    """The compact range of the tree of leaf hashes as it grows, from the empty tree's on."""
    return accumulate(leaves, CompactRange.grown, initial=CompactRange())


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """The tree hash of leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return node_hash(root_hash(leaves[:k]), root_hash(leaves[k:]))


Subtree = Callable[[int, int], bytes]  # the tree hash of the leaves from one to before another


def inclusion_path(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in a tree of `size`, from its sibling up (RFC 6962, 2.1.1)."""
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return [subtree(*range_) for range_ in reversed(path)]


def consistency_path(subtree: Subtree, old_size: int, size: int) -> list[bytes]:
    """Proof that the tree of `old_size` leaves is a prefix of the one of `size` (RFC 6962, 2.1.2).

    Raises `ValueError` for a size outside the tree.
    """
    if not 0 < old_size <= size:
        raise ValueError("old size outside the tree")
    path, start, end = [], 0, size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    own = [] if start == 0 else [(start, end)]
    return [subtree(*range_) for range_ in (*own, *reversed(path))]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """`inclusion_path` of leaves in memory."""
    return inclusion_path(_in_memory(leaves), index, len(leaves))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """`consistency_path` of leaves in memory."""
    return consistency_path(_in_memory(leaves), old_size, len(leaves))


def _in_memory(leaves: Sequence[bytes]) -> Subtree:
    return lambda start, end: root_hash(leaves[start:end])


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` leads to; the leaf is in the tree if it is the known root.

    Raises `ValueError` when the proof's length does not fit index and size.
    """
    if not 0 <= index < size:
        raise ValueError("index outside the tree")
    if size == 1:
        if proof:
            raise ValueError("proof is too long")
        return leaf
    if not proof:
        raise ValueError("proof is too short")
    k = _split(size)
    if index < k:
        return node_hash(root_from_inclusion(leaf, index, k, proof[:-1]), proof[-1])
    return node_hash(proof[-1], root_from_inclusion(leaf, index - k, size - k, proof[:-1]))


def is_consistent(
    old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the old tree is a prefix of the new (RFC 9162, 2.1.4.2)."""
    if old_size == size:
        return not proof and old_root == root
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    old_index, index = old_size - 1, size - 1
    while old_index & 1:
        old_index, index = old_index >> 1, index >> 1
    found = _roots_from(path, old_index, index)
    return found == (old_root, root)


def _roots_from(path: Sequence[bytes], old_index: int, index: int) -> tuple[bytes, bytes] | None:
    """The old and the new root that a path leads to; None when it is too long or too short."""
    old_hash = new_hash = path[0]
    for sibling in path[1:]:
        if index == 0:
            return None
        if old_index & 1 or old_index == index:
            old_hash, new_hash = node_hash(sibling, old_hash), node_hash(sibling, new_hash)
            while not old_index & 1 and old_index:
                old_index, index = old_index >> 1, index >> 1
        else:
            new_hash = node_hash(new_hash, sibling)
        old_index, index = old_index >> 1, index >> 1
    return (old_hash, new_hash) if index == 0 else None
