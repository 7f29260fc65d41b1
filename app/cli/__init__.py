"""The `kaihu` command: one module a group of commands.

Packages that the product must not import bring commands of their own (entry points of the group
`kaihu.commands`). Start reading at `main.py`.
"""
