"""However a program is started, it finds itself started by Python."""

from __future__ import annotations

import sys
import textwrap
import unittest

from comparing import Comparing

LOOP = "import asyncio\nasync def main():\n    await asyncio.sleep(0.001)\n    print('ran')\nasyncio.run(main())\n"


class Startup(Comparing):
    SEEN = """
        import __main__, os, sys
        print(sys.argv, getattr(sys, "orig_argv", [])[1:])
        print(sys.path[0], sys.path[-1])
        print(sys.flags)
        print(__file__, __name__, __package__, __doc__, type(__loader__).__name__, getattr(__loader__, "name", None))
        print(__spec__ and (__spec__.name, __spec__.origin, __spec__.submodule_search_locations, __spec__.cached))
        print(sorted(vars(__main__)))
        print(__main__ is sys.modules["__main__"], __builtins__, os.getcwd(), __debug__)
        """

    def test_what_the_program_sees_of_itself(self) -> None:
        self.same(self.SEEN, words=("program.py", "--flag", "a b", "é"))

    def test_interpreter_options(self) -> None:
        for options in (("-O",), ("-W", "error"), ("-X", "dev"), ("-E",), ("-s", "-B"), ("-I",), ("-u",), ("-q", "-b")):
            with self.subTest(options):
                self.same(self.SEEN, options=options)

    @unittest.skipIf(sys.version_info < (3, 11), "needs -P")
    def test_safe_path(self) -> None:
        self.same(self.SEEN, options=("-P",))

    def test_a_path_with_folders(self) -> None:
        self.same(None, files={"some where/program.py": textwrap.dedent(self.SEEN)}, words=("some where/program.py",))

    def test_a_module(self) -> None:
        self.same(None, files={"mod.py": textwrap.dedent(self.SEEN) + LOOP}, words=("-m", "mod", "x", "-m", "--out"))

    def test_a_package(self) -> None:
        files = {"pack/__init__.py": "print('init')\n", "pack/__main__.py": textwrap.dedent(self.SEEN) + LOOP}
        self.same(None, files=files, words=("-m", "pack", "x"))

    def test_a_module_that_is_not_there(self) -> None:
        self.same(None, words=("-m", "no_such_module"), code=1)

    def test_a_package_without_main(self) -> None:
        self.same(None, files={"pack/__init__.py": ""}, words=("-m", "pack"), code=1)

    def test_a_module_that_raises(self) -> None:
        self.same(None, files={"mod.py": "def f():\n    1 / 0\nf()\n"}, words=("-m", "mod"), code=1)

    def test_a_folder_with_main(self) -> None:
        self.same(None, files={"app/__main__.py": textwrap.dedent(self.SEEN) + LOOP}, words=("app", "x"))

    def test_a_folder_without_main(self) -> None:
        self.same(None, files={"app/other.py": ""}, words=("app",), code=1)

    def test_a_zip(self) -> None:
        files = {"__main__.py": textwrap.dedent(self.SEEN) + LOOP}
        self.same(None, files=files, words=("program.zip", "x"), zipped=True)

    def test_a_file_that_is_not_there(self) -> None:
        self.assertIsNone(self.same(None, words=("missing.py",), code=2))

    def test_standard_input(self) -> None:
        self.same("import sys\nprint(input('? '))\nprint(sys.stdin.read())\n", stdin="one\ntwo\nthree")

    def test_a_module_named_like_one_of_the_standard_library(self) -> None:
        files = {name: f"print('the program has its own {name}')\n" for name in ("queue.py", "platform.py", "json.py")}
        self.same("import queue, platform, json\nprint(queue.__file__)\n", files=files)

    def test_an_asyncio_of_the_programs_own(self) -> None:
        self.same(
            "import asyncio\nprint(asyncio.mine)\n",
            files={"asyncio.py": "mine = 'not the real one'\n"},
            untraced_because="asyncio.py takes the place of the standard library's asyncio",
        )

    def test_a_module_that_asyncio_needs_of_the_programs_own(self) -> None:
        self.same(
            "import selectors\nprint(selectors.mine)\ntry:\n    import asyncio\nexcept AttributeError:\n    print('no')\n",
            files={"selectors.py": "mine = 'not the real one'\n"},
            untraced_because="selectors.py takes the place of the standard library's selectors",
        )

    def test_a_package_named_like_ours(self) -> None:
        files = {"awaitscope/__init__.py": "print('the program has its own')\n"}
        self.same("import awaitscope\nprint(awaitscope.__file__)\n" + LOOP, files=files)

    def test_nothing_of_ours_among_the_modules(self) -> None:
        self.same("import sys\nprint([name for name in sys.modules if 'awaitscope' in name])\n")

    def test_a_folder_that_is_no_package_takes_nobodys_place(self) -> None:
        trace = self.same("import json\nprint(json.dumps(1))\n" + LOOP, files={"json/data.txt": ""})
        self.assertTrue(trace.complete)

    def test_future_imports_of_ours_are_not_the_programs(self) -> None:
        self.same("def f(a: int): ...\nprint(f.__annotations__)\n")

    def test_a_byte_order_mark_and_odd_line_ends(self) -> None:
        self.same("\ufeffprint('bom')\r\nprint('crlf')\n")

    def test_numbers_of_file_descriptors(self) -> None:
        self.same("import os\nprint(os.open('program.py', os.O_RDONLY), os.pipe())\n")


if __name__ == "__main__":
    unittest.main()
