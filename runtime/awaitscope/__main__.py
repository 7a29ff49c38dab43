"""``python RUNTIME run …`` and ``python RUNTIME attach …``, as USAGE says; RUNTIME is this folder. Or, installed,
``python -m awaitscope`` and ``awaitscope``.

No annotations and no new syntax: an old Python must get as far as being told that it is too old.
"""

import os
import sys

USAGE = """usage: awaitscope run [--out FILE] [--limit SIZE] [--children] (FILE.py | -m MODULE) [ARGS...]
       awaitscope attach PID [--out FILE] [--for SECONDS]"""
OLDEST = (3, 10)
SMALLEST_LIMIT = 10**6


def usage(problem):
    sys.stderr.write("awaitscope: %s\n%s\n" % (problem, USAGE))
    raise SystemExit(2)


def take_options(words, valued, flags=()):
    """The values of the options that come first, and what follows them. ``valued``: those that have one."""
    found = {}
    words = list(words)
    while words and words[0].startswith("-") and words[0] != "-m":
        name, equals, value = words.pop(0).partition("=")
        if name in flags and not equals:
            found[name] = True
            continue
        if name not in valued:
            usage("unknown option %s" % name)
        if not equals:
            value = words.pop(0) if words else ""
        if not value:
            usage("%s needs a value" % name)
        found[name] = value
    return found, words


def size(text):
    """Bytes of "200M" or "1G"; K, M and G are powers of 1000."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    factor = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}.get(unit, 0)
    if not factor or not (number.isascii() and number.isdigit()) or len(number) > 12:
        usage("--limit needs a size such as 200M or 1G")
    if int(number) * factor < SMALLEST_LIMIT:
        usage("--limit needs at least 1M")
    return int(number) * factor


def run(words):
    options, words = take_options(words, ("--out", "--limit"), ("--children",))
    limit = size(options["--limit"]) if "--limit" in options else None
    is_module = words[:1] == ["-m"]
    words = words[is_module:]
    if not words:
        usage("-m needs a module" if is_module else "no program to run")
    target = words[0]
    stem = target if is_module else os.path.splitext(os.path.basename(target.rstrip(os.sep)))[0]
    out = options.get("--out", (stem or "trace") + ".awaitscope")
    prefix = interpreter()
    runner = our_own("runner")
    runner.run(target, is_module, words[1:], os.path.abspath(out), prefix, "--children" in options, limit)


def attach(words):
    before, words = take_options(words, ("--out", "--for"))
    if not words or not words[0].isdigit() or not int(words[0]):
        usage("attach needs the number of a process")
    options, rest = take_options(words[1:], ("--out", "--for"))
    options.update(before)
    if rest:
        usage("attach takes one process at a time")
    seconds = None
    if "--for" in options:
        try:
            seconds = float(options["--for"])
        except ValueError:
            usage("--for needs a number of seconds")
    import signal

    out = options.get("--out", "pid-%s.awaitscope" % words[0])
    for name in ("SIGTERM", "SIGHUP"):  # as Ctrl+C: the program must not be left being traced
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    raise SystemExit(our_own("attach").main(int(words[0]), out, seconds))


def our_own(name):
    """A module of the package by its own name, without leaving its folder on the program's path."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.dirname(here))
    nameless = __import__("awaitscope.nameless").nameless
    if __name__ == "__main__":
        nameless.take_name(sys._getframe(3).f_code, "awaitscope")  # below us stand a command, main and this file
    with nameless.Nameless():
        package = __import__("awaitscope." + name)
    del sys.path[0]
    return getattr(package, name)


def main():
    if sys.version_info < OLDEST:
        sys.stderr.write(
            "awaitscope: Python %d.%d is too old: choose Python 3.10 or newer (%s)\n"
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
        raise SystemExit(2)
    commands = {"run": run, "attach": attach}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        usage("'run' and 'attach' are the commands")
    commands[sys.argv[1]](sys.argv[2:])


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
