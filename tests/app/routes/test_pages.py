"""The pages' first data, in this process with real probes."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from skipscope.app.jobs import probes
from skipscope.app.main import create_app
from skipscope.app.settings import Settings
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.train.kinds import PROBE

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
SLOW = {"variants": [{"preset": "resnet110"}], "batch_size": 512, "image_size": 32}


def test_the_page_waits_for_nobodys_probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "REMEMBERED", 1)

    async def act() -> None:
        app = create_app(Settings.model_validate({"data_dir": tmp_path, "threads": 1, "slots": 1, "max_probes": 1}))
        transport = httpx2.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            # one is measured, one waits, light ones have a lane of their own, and the page's own is long forgotten
            slow = [ProbeRequest.model_validate({**SLOW, "seed": seed}) for seed in (1, 2)]
            asking = [asyncio.create_task(app.state.jobs.executor.answer(PROBE, wish)) for wish in slow]
            await asyncio.sleep(0)
            assert (await client.post("/api/probe", json={"variants": [SMALL], "batch_size": 4})).status_code == 200
            page = await client.get("/")
            assert page.status_code == 200
            assert '"gradient_rms"' in page.text
            assert not any(task.done() for task in asking)
            for task in asking:
                task.cancel()
            await asyncio.wait(asking)

    asyncio.run(act())
