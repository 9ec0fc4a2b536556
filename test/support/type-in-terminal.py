"""Runs a program in a terminal of its own and types an answer once a text shows up.

type-in-terminal.py WAIT_FOR ANSWER PROGRAM [ARGUMENT...]; prints all that the terminal shows.
"""
import os
import pty
import sys

wait_for, answer, *command = sys.argv[1:]
seen = b""
asked = False


def read(descriptor):
    global seen, asked
    shown = os.read(descriptor, 65536)
    seen += shown
    if not asked and wait_for.encode() in seen:
        asked = True
        os.write(descriptor, answer.encode() + b"\n")
    return shown


status = pty.spawn(command, read, lambda _: b"")
sys.exit(os.waitstatus_to_exitcode(status))
