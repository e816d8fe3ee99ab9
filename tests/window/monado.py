"""A headset and two controllers that a script moves, through Monado's remote driver (protocol "mndrmt3", port 4242).

The driver takes packets of 376 bytes, little endian; each replaces the whole state. Metres, x right, y up, -z forward.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass

SIZE = 376
VIEW = struct.Struct("<4f 7f I")
HAND = struct.Struct("<7f 3f 3f 5f f f f 2f f 2f 13B 3x")
HEAD = struct.Struct("<7f B 3x")
STILL = (0.0, 0.0, 0.0, 1.0)


@dataclass
class Hand:
    """A controller: where it is, how it is turned (x, y, z, w), how far its trigger and squeeze are pulled (0..1).

    stick: x to the right, y forward (-1..1). a, b: its two buttons. active: whether it is tracked.
    """

    position: tuple[float, float, float]
    orientation: tuple[float, float, float, float] = STILL
    trigger: float = 0.0
    squeeze: float = 0.0
    stick: tuple[float, float] = (0.0, 0.0)
    a: bool = False
    b: bool = False
    stick_click: bool = False
    active: bool = True

    def pack(self) -> bytes:
        """The 120 bytes of a controller."""
        pulled, touched = self.trigger > 0.75, self.trigger > 0.0
        held = any(self.stick)
        flags = [False, self.active, False, False, self.a, self.a, self.b, self.b, pulled, touched]
        flags += [self.stick_click, held or self.stick_click, False]
        numbers = [*self.orientation, *self.position, *[0.0] * 6, *[0.0] * 5]
        numbers += [self.trigger, self.squeeze, self.squeeze, *self.stick, *[0.0] * 3]
        return HAND.pack(*numbers, *flags)


class Headset:
    """The state of head and hands, sent as a whole."""

    def __init__(self, seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", 4242), timeout=120)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._skip(2 * SIZE)  # the driver greets with its first and its latest state
        self.head, self.turned = (0.0, 1.6, 0.0), STILL
        self.left, self.right = Hand((-0.2, 1.3, -0.5)), Hand((0.2, 1.3, -0.5))

    def _skip(self, count: int) -> None:
        while count:
            received = self.socket.recv(count)
            if not received:
                raise ConnectionError("Monado closed the connection")
            count -= len(received)

    def send(self) -> None:
        """Make this the state."""
        eye = VIEW.pack(*(0.0,) * 4, 0, 0, 0, 1, 0, 0, 0, 0)
        packet = b"mndrmt3\0" + eye + eye + HEAD.pack(*self.turned, *self.head, 0) + self.left.pack() + self.right.pack()
        assert len(packet) == SIZE
        self.socket.sendall(packet)
