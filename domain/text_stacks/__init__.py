"""Text stacks: a stack trace as a runtime printed it, read into exceptions with frames.

Each language has a file; all of them read line by line, in linear time, and are never surprised:
what is no stack gives no exceptions.
"""

from domain.text_stacks.reading import Stack, parse_stack, read_stack

__all__ = ["Stack", "parse_stack", "read_stack"]
