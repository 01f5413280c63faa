"""Limits of an event: how much of what a sender writes is kept."""

# Less than the 254 that orjson writes, with room for what is wrapped around a part.
DEPTH = 200
TEXT = 8192
FRAMES_HEAD = 125
FRAMES_TAIL = 125
EXCEPTIONS_HEAD = 25
EXCEPTIONS_TAIL = 25
THREADS = 100
BREADCRUMBS = 100
TAGS = 50
TAG_KEY = 200
TAG_VALUE = 200
FINGERPRINT_PARTS = 20
FINGERPRINT_PART = 200
REPAIRS = 50
BODY_BYTES = 512 * 1024

# The columns of an event, in characters.
TITLE = 500
MESSAGE = 8192
TYPE = 255
CULPRIT = 500
TRANSACTION = 500
PLATFORM = 64
NAME = 255
FILE_PATH = 500
URL = 2000
REQUEST_ID = 100
USER_AGENT = 1000
