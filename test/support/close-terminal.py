"""Runs a program in a terminal of its own and takes the terminal away once a text shows up.

close-terminal.py WAIT_FOR PROGRAM [ARGUMENT...]; prints how the program ended.
"""
import os
import pty
import sys

wait_for, *command = sys.argv[1:]
process, terminal = pty.fork()
if process == 0:
    os.execvp(command[0], command)
seen = b""
while wait_for.encode() not in seen:
    seen += os.read(terminal, 65536)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
