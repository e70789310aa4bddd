"""Messages between the judge and the learner's process: framed JSON.

Nothing but plain data passes.  The judge's end trusts nothing that arrives:
sizes are bounded, and what makes no sense is a :class:`Broken` channel.
"""

import json
import time

MAX_MESSAGE = 64 * 2**20
MAX_MARKS = 1_000_000  # brackets and commas: what its objects take in memory

_HEADER = 8


class Broken(Exception):
    """The other side is gone, or what it sent makes no sense."""


class TooLate(Exception):
    """Nothing whole arrived in time."""


def send(channel, message, deadline=None):
    """Send one message; wait until the other side has room for it.

    Raises
    ------
    Broken
        If the other side is gone.
    TooLate
        If it did not take all of the message before the deadline.
    """
    # As it is: escaped, text in other alphabets would take twice the room.
    text = json.dumps(message, ensure_ascii=False)
    data = text.encode("utf-8", "surrogatepass")
    try:
        channel.settimeout(_left(deadline))
        channel.sendall(len(data).to_bytes(_HEADER, "big") + data)
    except TimeoutError:
        raise TooLate from None
    except OSError as error:
        raise Broken(str(error)) from None


def receive(channel, deadline=None, limit=MAX_MESSAGE):
    """Return the next message.

    Parameters
    ----------
    channel : socket.socket
    deadline : float, optional
        On the clock of :func:`time.monotonic`; for ever by default.
    limit : int
        More bytes than these are not read.

    Raises
    ------
    Broken
        If the other side is gone or sent nonsense.
    TooLate
        If the deadline came first.
    """
    size = int.from_bytes(read(channel, _HEADER, deadline), "big")
    if size > limit:
        raise Broken(f"a message of {size} bytes")
    data = read(channel, size, deadline)
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_MARKS:
        raise Broken("a message of too many parts")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Broken(f"not a message: {error}") from None


def read(channel, count, deadline):
    """Return exactly so many bytes."""
    parts = []
    while count:
        try:
            channel.settimeout(_left(deadline))
            part = channel.recv(min(count, 2**20))
        except TimeoutError:
            raise TooLate from None
        except OSError as error:
            raise Broken(str(error)) from None
        if not part:
            raise Broken("the process ended")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _left(deadline):
    """Return the seconds until then, None for ever."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooLate
    return left
