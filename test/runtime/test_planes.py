"""Rows by planes are read back as they were, their times to 64 ns, by a reader that was written from the document."""

from __future__ import annotations

import random
import struct
import sys
import tempfile
import unittest
from pathlib import Path

import tracefile
from running import ROOT

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope import tracefile as writing
from awaitscope.groupbook import GroupBook, due_in
from awaitscope.planes import MASK, Table, packed_table

TABLES = {
    "tasks": (writing.TASKS, (0, 7, 8)),
    "ends": (writing.ENDS, (3,)),
    "groups": (writing.GROUPS, (0, 4, 7)),
    "ends of groups": (writing.GROUP_ENDS, (3,)),
}
"""Each with its columns of differences, but for the one that is always written."""


def read_back(table: Table, differences: tuple[int, ...], data: bytes) -> list[int]:
    _, columns, _, kept = table
    rows = tracefile.table(data, columns, kept, *differences)
    return list(struct.unpack(f"<{len(rows) // 4}I", rows))


def as_written(table: Table, rows: list[int]) -> list[int]:
    """Times are multiples of 64 ns."""
    _, columns, _, time = table
    return [n - n % 64 if i % columns == time else n for i, n in enumerate(rows)]


class RowsByPlanes(unittest.TestCase):
    def test_any_rows(self) -> None:
        chance = random.Random(1)
        for name, (table, differences) in TABLES.items():
            for count in (1, 2, 3, 300):
                numbers = [chance.choice((0, 1, MASK, i, chance.getrandbits(32))) for i in range(count * table[1])]
                with self.subTest(name, count=count):
                    found = read_back(table, differences, packed_table(table, list(numbers)))
                    self.assertEqual(found, as_written(table, numbers))

    def test_a_time_that_goes_on_into_the_next_32_bits(self) -> None:
        table, differences = TABLES["ends"]
        rows = [n for i in range(20) for n in (i, 1, (2**32 - 640 + 64 * i) & MASK, (2**32 - 640 + 64 * i) >> 32)]
        self.assertEqual(read_back(table, differences, packed_table(table, list(rows))), rows)

    def test_tasks_made_one_after_another_cost_a_few_bytes(self) -> None:
        table, _ = TABLES["tasks"]
        rows = [n for i in range(1000) for n in (i + 5, 1, 2 + i % 10, 0, 7, 8, 40_000 * i + i % 7, 1, i + 9)]
        self.assertLess(len(packed_table(table, rows)), 4 * 1000)

    def test_more_rows_than_a_block_has(self) -> None:
        rows = [n for i in range(writing.BLOCK_ROWS + 1) for n in (i + 1, 1, 128 * i, 0)]
        with tempfile.TemporaryDirectory() as folder:
            file = writing.TraceFile(str(Path(folder, "t.awaitscope")), {})
            file.write_rows(writing.GROUP_ENDS, rows)
            file.write_rows(writing.GROUP_ENDS, [])
            file.close()
            data = Path(folder, "t.awaitscope").read_bytes()
        at = 16 + struct.unpack_from("<I", data, 12)[0]
        found: list[int] = []
        while at < len(data):
            kind, length = struct.unpack_from("<II", data, at)
            self.assertEqual(kind, tracefile.GROUP_ENDS)
            found += read_back(*TABLES["ends of groups"], data[at + 8 : at + 8 + length])
            at += 8 + length
        self.assertEqual(found, rows)


class Groups(unittest.TestCase):
    """Which of them are rows."""

    def book(self) -> tuple[GroupBook, list[object], list[object]]:
        made: list[object] = []
        members = [object(), object()]
        return GroupBook({id(members[0]): 5, id(members[1]): 6}, {}, made, [], lambda: 1000), made, members

    def test_one_with_a_member_at_most(self) -> None:
        book, made, members = self.book()
        book.add("wait_for", 1, 2, members[:1], due=due_in(0.5))
        book.add("wait_for", 1, 2, [object()], due=due_in(0.5))
        book.add("timeout", 1, 2, due=due_in(None))
        half = struct.unpack("<II", struct.pack("<d", 0.5))
        self.assertEqual(made[0], (1, 5, 1, 2, 5, 0, 1000, 0, *half, 500_000_000, 0))
        self.assertEqual(made[1], (2, 5, 1, 2, 0, 1, 1000, 0, *half, 500_000_000, 0))
        self.assertEqual(made[2], (3, 6, 1, 2, 0, 0, 1000, 0, 0, 0x7FF80000, MASK, MASK))

    def test_others_are_lines(self) -> None:
        book, made, members = self.book()
        book.add("gather", 1, 2, members)
        book.add("wait", 1, 2, members[:1], ',"return_when":"ALL_COMPLETED"')
        book.add("wait_for", 1, 2, due=due_in(-0.5))
        book.add("taskgroup", 1, 2)
        start = '"owner":1,"site":2,"members":'
        self.assertEqual(
            made,
            [
                (f'{{"k":"group","id":1,"kind":"gather",{start}[5,6],"t":1000}}',),
                (f'{{"k":"group","id":2,"kind":"wait",{start}[5],"return_when":"ALL_COMPLETED","t":1000}}',),
                (f'{{"k":"group","id":3,"kind":"wait_for",{start}[],"timeout":-0.5,"deadline":0,"t":1000}}',),
                f'{{"k":"group","id":4,"kind":"taskgroup",{start}[],"t":1000}}',
            ],
        )


if __name__ == "__main__":
    unittest.main()
