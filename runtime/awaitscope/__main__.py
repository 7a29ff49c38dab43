"""``python RUNTIME run [--out FILE] (FILE.py | -m MODULE) [ARGS...]``; RUNTIME is this folder.

No annotations and no new syntax: an old Python must get as far as being told that it is too old.
"""

import os
import sys

USAGE = "usage: python RUNTIME run [--out FILE] (FILE.py | -m MODULE) [ARGS...]"
OLDEST = (3, 10)


def usage(problem):
    sys.stderr.write("awaitscope: %s\n%s\n" % (problem, USAGE))
    raise SystemExit(2)


def parse(words):
    """(target, is_module, its arguments, trace file)."""
    if not words or words[0] != "run":
        usage("'run' is the only command")
    out = None
    at = 1
    while at < len(words):
        word = words[at]
        if word == "--out":
            if at + 1 == len(words):
                usage("--out needs a file")
            out = words[at + 1]
            at += 2
        elif word.startswith("--out="):
            out = word[6:]
            at += 1
        elif word == "-m":
            if at + 1 == len(words):
                usage("-m needs a module")
            target = words[at + 1]
            return target, True, words[at + 2 :], out or target + ".awaitscope"
        elif word.startswith("-"):
            usage("unknown option %s" % word)
        else:
            stem = os.path.splitext(os.path.basename(word.rstrip(os.sep)))[0]
            return word, False, words[at + 1 :], out or (stem or "trace") + ".awaitscope"
    usage("no program to run")


def main():
    if sys.version_info < OLDEST:
        sys.stderr.write(
            "awaitscope: Python %d.%d is too old: choose Python 3.10 or newer (%s)\n"
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
        raise SystemExit(2)
    target, is_module, arguments, out = parse(sys.argv[1:])
    prefix = interpreter()
    here = os.path.dirname(os.path.abspath(__file__))
    # The package by its own name, without leaving its folder on the program's path.
    sys.path.insert(0, os.path.dirname(here))
    from awaitscope import runner

    del sys.path[0]
    runner.run(target, is_module, arguments, os.path.abspath(out), prefix)


def interpreter():
    """The interpreter and its options. Takes from ``sys.path`` what it put there for us; runner.py does if we are a folder."""
    words = getattr(sys, "orig_argv", [sys.executable])
    words = words[: len(words) - len(sys.argv)]
    if __spec__ is not None and __spec__.name != "__main__":  # not `python RUNTIME`: installed
        if __name__ == "__main__" and words[-1].startswith("-") and words[-1].endswith("m"):  # python -m awaitscope
            words[-1:] = [] if words[-1] == "-m" else [words[-1][:-1]]
        if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
            del sys.path[0]
    return words


if __name__ == "__main__":
    main()
