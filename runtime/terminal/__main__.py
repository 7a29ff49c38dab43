"""Runs a program in this terminal and keeps the terminal readable after the program has ended.

    python -I -S runtime/terminal RUN

An editor's terminal closes the moment its process ends, and with it goes the program's last output. So this small
process is the terminal's own, and the program its child: on the same tty, in the same process group, so that stdin,
job control and Ctrl+C are the program's as they would be under a shell.

RUN is a file. Its first line is the command, a list in JSON: on the command line the editor would replace what looks
like a variable of its own, as in `${workspaceFolder}`, and on Windows quoting would get in the way. This process adds
"started PID" and "ended CODE", one a line, for whoever watches: a program that was killed cannot tell that itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from types import FrameType

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]


def leave_to_the_program(_signal: int, _frame: FrameType | None) -> None:
    """Ctrl+C belongs to the program. Not SIG_IGN, which the program would inherit."""


def tell(run_file: str, line: str) -> None:
    with open(run_file, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def ended(code: int) -> str:
    if code >= 0:
        return f"Ended with exit code {code}"
    try:
        return f"Killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"Killed by signal {-code}"


def run(run_file: str, command: list[str]) -> str:
    tty = sys.stdin.fileno()
    settings = termios.tcgetattr(tty) if termios and os.isatty(tty) else None
    try:
        program = subprocess.Popen(command)
    except OSError as error:
        tell(run_file, "ended 127")
        return f"Could not start {command[0]}: {error.strerror}"
    tell(run_file, f"started {program.pid}")
    code = program.wait()
    if termios and settings is not None:
        # The program may have left the terminal raw, or with keys typed that nobody read.
        termios.tcsetattr(tty, termios.TCSAFLUSH, settings)
    tell(run_file, f"ended {code}")
    return ended(code)


def main() -> int:
    run_file = sys.argv[1]
    with open(run_file, encoding="utf-8") as file:
        command = json.loads(file.readline())
    for name in ("SIGINT", "SIGQUIT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave_to_the_program)
    outcome = run(run_file, command)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        input(f"\n\x1b[2m{outcome}. Press Enter to close this terminal.\x1b[0m ")
    except (EOFError, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
