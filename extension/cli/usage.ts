/** What `awaitscope --help` prints. */
export const USAGE = `Usage:
  awaitscope run [--python PY] [--out FILE] [--limit SIZE] [--quiet] [--findings JSON] [--children] [PYTHON OPTIONS] (FILE.py | -m MODULE) [ARGS…]
  awaitscope attach PID [--python PY] [--out FILE] [--quiet] [--findings JSON] [--for SECONDS]
  awaitscope show FILE [--json] [--findings JSON]
  awaitscope diff BEFORE AFTER [--json] [--fail-over PERCENT [--ignore TIME]]
  awaitscope what-if FILE CHANGE… [--json] [--out FILE]
  awaitscope export (--chrome OUT.json | --html OUT.html | --gzip OUT.awaitscope.gz) FILE [--findings JSON]
  awaitscope --help | --version

run   runs an asyncio program as Python would, records it to FILE (default: its name with .awaitscope) and
      says on stderr what its tasks did; the exit code is the program's.
        --python PY      the Python to run it with, 3.10 or newer (default: $VIRTUAL_ENV, ./.venv, python3)
        --out FILE       where to save the trace
        --limit SIZE     how long it may grow, such as 200M; then it keeps the newest steps (default: 1G)
        --quiet          say nothing about the trace
        --findings JSON  what findings report, as in the setting awaitscope.findings: '{"off": ["starved"], "costMs": 20}'
        --children       trace child processes too, each into a file of its own
        PYTHON OPTIONS   such as -W error, -X dev, -O, -u
attach  traces a program that runs already, on Python 3.14 or newer, until Ctrl+C
        --for SECONDS    or until then
        --findings JSON  as for run
show  says what the tasks of a saved trace did
        --json           as JSON, for scripts
        --findings JSON  as for run
diff  says what became slower or faster from one trace to another, at each await
        --json           as JSON, for scripts
        --fail-over PCT  the exit code is 1 if the run, or any await, became slower by more than so many percent
        --ignore TIME    what grew by less is noise, such as 50ms or 1s (default: 10ms)
what-if  runs a saved trace again in the mind, with changes, and says how long it would have taken. SITE is FILE.py:LINE;
      FILE.py:LINE-LINE stands for all awaits on these lines
        --faster SITE=PCT  what is awaited there, or holds the loop there, takes so many percent less
        --concurrent SITE  the rounds of an await begin together, or the awaits of several lines (or of several options)
        --unblock SITE     what holds the loop there runs in a thread
        --limit SITE=N     at most N tasks that are created or awaited there, or places of a semaphore, at once
        --json             as JSON, for scripts
        --out FILE         save the projected run as a trace, to look at in the timeline
export  writes a saved trace in another form
        --chrome OUT     as Chrome JSON, which Perfetto opens: a track a task, an arrow a wake
        --html OUT       as one web page with the timeline in it, which works offline; with --findings as for run
        --gzip OUT       compressed; every command and the timeline read it as it is
`;
