"""Functions of very many lines: where each of their awaits stands, without walking over all of them for each."""

import sys
import unittest

from running import ROOT

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope.sources import Ranges, position_of

BODY = "    x = [i for i in y] if y else None\n    await z(\n        1, 2)\n\n"
SOURCE = "async def long(y, z):\n" + BODY * 1_000


def long():
    namespace = {}
    exec(SOURCE, namespace)
    return namespace["long"].__code__


class LongFunctions(unittest.TestCase):
    def test_every_instruction_stands_where_python_says(self):
        code = long()
        ranges = Ranges(code)
        if hasattr(code, "co_positions"):
            for index, expected in enumerate(code.co_positions()):
                if index % 7 == 0:
                    at = position_of(code, 2 * index, None, ranges)
                    line, end_line, col, end_col = expected
                    if line is None:
                        self.assertEqual(at.line, code.co_firstlineno)
                    elif None not in expected:
                        self.assertEqual((at.line, at.end_line, at.col, at.end_col), (line, end_line, col, end_col))
        else:
            for start, end, line in code.co_lines():
                for lasti in {start, end - 2}:
                    at = position_of(code, lasti, None, ranges)
                    self.assertEqual(at.line, code.co_firstlineno if line is None else line)

    def test_python_is_asked_once_however_many_places_there_are(self):
        code = long()
        asked = 0

        class Counting:
            """Stands for the code, and counts who walks over it."""

            def __getattr__(self, name):
                nonlocal asked
                asked += name in ("co_positions", "co_lines")
                return getattr(code, name)

        ranges = Ranges(Counting())
        for lasti in range(len(code.co_code) // 2, len(code.co_code), 2):
            position_of(code, lasti, None, ranges)
        self.assertEqual(asked, 1)


if __name__ == "__main__":
    unittest.main()
