"""Room for the calls of a request."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# Of memory that a frame asks for: more than half a MiB, so that it lies in a piece of a MiB and leaves the rest of it.
WORDS = 2**16 + 64


def roomy(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The same function, under which all calls find memory for their frames.

    Python 3.11 keeps the frames of calls in pieces of 16 KiB: it takes one from the system when a call goes beyond the
    last, and gives it back when that call ends (https://github.com/python/cpython/issues/142183; mended in 3.13 and
    later). A loop whose calls cross such a border pays the system at every turn; in the deep stack of a request that
    was a twentieth of a page's processor time. Memory that no call reaches costs nothing.
    """

    def call(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        return function(*arguments, **named)

    call.__code__ = call.__code__.replace(co_stacksize=WORDS)
    return call
