"""Datasette over an archive, behind a real socket of loopback."""

import threading

import uvicorn

from tests.archive.browse.conftest import Room


class Server(uvicorn.Server):
    """Datasette behind a real socket, in a thread."""

    def __init__(self, room: Room) -> None:
        super().__init__(uvicorn.Config(room.datasette.app(), port=0, log_level="critical", lifespan="off"))
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        assert self.ready.wait(200)

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.url = f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"
        self.ready.set()

    def stop(self) -> None:
        self.should_exit = True
        self.thread.join(30)
        assert not self.thread.is_alive()
