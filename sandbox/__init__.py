"""A function of hostile bytes, run in a process of its own that can do little and cost little.

Depends on `core` alone; knows no decoder. Start reading at `runner.py: SandboxRunner`, which starts
`template.py`, a process that has imported what is needed and forks a child for each file.
`confinement.py` is what a child may not do, `messages.py` how it answers, `memory.py` what it gets
its memory from.
"""
