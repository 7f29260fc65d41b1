"""Bytes of a file as people send it -> rows, or a fault with its line. Pure."""
