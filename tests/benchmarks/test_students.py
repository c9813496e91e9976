"""A student asks as a browser does: again, where the server ended an idle connection meanwhile, and only there."""

import asyncio

import pytest

from benchmarks.students import connect

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def ask_three_times(answers: list[bytes]) -> list[int]:
    """Ask a server that gives one of these answers to each request and then, where it is empty, ends the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while answers and await reader.readuntil(b"\r\n\r\n"):
            answer = answers.pop(0)
            if not answer:
                break
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        connection = await connect(*server.sockets[0].getsockname())
        statuses = [(await connection.request("GET", "/"))[0] for _ in range(3)]
        connection.close()
        return statuses


def test_it_asks_again_on_a_connection_that_was_used_before() -> None:
    assert asyncio.run(ask_three_times([ANSWER, b"", ANSWER, ANSWER])) == [200] * 3


@pytest.mark.parametrize("answers", [[b""], [ANSWER, b"", b""]])
def test_it_says_so_where_that_does_not_help(answers: list[bytes]) -> None:
    with pytest.raises(ConnectionError):
        asyncio.run(ask_three_times(answers))
