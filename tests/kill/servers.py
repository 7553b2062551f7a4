"""A part of given servers that is a test's own, and gone afterwards."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import psycopg
from kombu import Connection
from psycopg import sql

NUMBERS = range(15, 0, -1)  # of a broker's databases; the portal's own is 0
TRIES = 50


class Databases:
    """Databases of our own on a PostgreSQL server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with psycopg.connect(self.address, autocommit=True) as server:
            for name in self.names:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @staticmethod
    def name_in(address: str) -> str:
        """The database that an address names."""
        return re.fullmatch(r"[^/]*//[^/]*/([^?]*).*", address)[1]

    def made(self, template: str) -> str:
        """The address of a new database with the content of another."""
        name = f"healthaid_kill_{os.getpid()}_{len(self.names)}"
        self.names.append(name)
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self.address, autocommit=True) as server:
            for attempt in range(1, TRIES + 1):
                try:
                    server.execute(command)
                except psycopg.errors.ObjectInUse:  # by a process that has just ended
                    if attempt == TRIES:
                        raise
                    time.sleep(0.1)
                else:
                    break
        return re.sub(r"(//[^/]*/)[^?]*", rf"\g<1>{name}", self.address)


@contextmanager
def number_of_its_own(address: str | None) -> Iterator[str]:
    """The address of an empty database of a broker, emptied afterwards; without a broker the empty address."""
    if not address:
        yield ""
        return
    turn = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    for number in NUMBERS[turn::count]:
        own = with_number(address, number)
        with Connection(own) as broker:
            client = broker.default_channel.client
            if client.dbsize():
                continue
            try:
                yield own
            finally:
                client.flushdb()
            return
    raise AssertionError("the broker has no empty database")


def with_number(address: str, number: int) -> str:
    """The address of another database of the same broker."""
    if "virtual_host=" in address:
        return re.sub(r"virtual_host=\d+", f"virtual_host={number}", address)
    return re.sub(r"(//[^/?]*)(/\d*)?", rf"\g<1>/{number}", address, count=1)
