"""Runs a program in a terminal of its own and types a text each time another text shows up.

type-in-terminal.py STEPS PROGRAM [ARGUMENT...]; prints all that the terminal shows. STEPS is JSON:
a list of [text to wait for, text to type], each of them looked for after the one before.
"""
import json
import os
import pty
import sys

steps = [(wait.encode(), typed.encode()) for wait, typed in json.loads(sys.argv[1])]
command = sys.argv[2:]
seen = b""


def read(descriptor):
    global seen
    shown = os.read(descriptor, 65536)
    seen += shown
    while steps and steps[0][0] in seen:
        wait, typed = steps.pop(0)
        seen = seen.split(wait, 1)[1]
        os.write(descriptor, typed)
    return shown


status = pty.spawn(command, read, lambda _: b"")
sys.exit(os.waitstatus_to_exitcode(status))
