"""What the two transports bound, before GraphQL sees anything of a request."""

MAXIMUM_BODY_BYTES = 1 << 20
# Who has not signed in has little to say.
MAXIMUM_STRANGERS_BYTES = 1 << 15
MAXIMUM_FRAME_BYTES = 256 * 1024
MAXIMUM_OPERATIONS_OF_A_SOCKET = 100
INIT_SECONDS = 10
