"""A run inside a real kernel: the kernel answers while it trains, and an interrupt stops it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

PREPARE = """\
import tessnb as tn
text = "one two\\nthree four"
lines = tn.render(text, ["DejaVu Sans"], xsize=900, ysize=600)
starter = tn.make_starter(text)
run = tn.train_from_scratch(starter, lines, net_spec="[1,36,0,1 Ct3,3,8 Mp3,3 Lfys16 Lbx32 O1c1]")
dashboard = tn.TrainingDashboard(run)
run.start()
while run.progress.counters.training < 20:
    __import__("time").sleep(0.05)
"""


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """A kernel in which a run is under way."""
    # Sockets of its own: by default ipc sockets stand in the working folder, where two test processes meet.
    sockets = tempfile.TemporaryDirectory()
    manager = KernelManager(kernel_name="python3", transport="ipc", ip=f"{sockets.name}/kernel")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        reply = client.execute_interactive(PREPARE, timeout=600, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok", reply["content"]
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        sockets.cleanup()


def evaluate(client: BlockingKernelClient, expression: str) -> str:
    """The value of an expression in the kernel, as text."""
    reply = client.execute_interactive(
        "pass", user_expressions={"value": expression}, timeout=120, output_hook=lambda message: None
    )
    return str(reply["content"]["user_expressions"]["value"]["data"]["text/plain"])


def test_the_kernel_answers_while_it_trains(kernel: tuple[KernelManager, BlockingKernelClient]) -> None:
    _, client = kernel
    before = int(evaluate(client, "run.progress.counters.training"))
    for _ in range(20):
        assert evaluate(client, "6 * 7") == "42"
        time.sleep(0.05)
    assert int(evaluate(client, "run.progress.counters.training")) > before


def test_an_interrupt_stops_the_run(kernel: tuple[KernelManager, BlockingKernelClient]) -> None:
    manager, client = kernel
    request = client.execute("run.wait()", stop_on_error=False)  # or what is asked next is aborted
    time.sleep(0.5)
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != request:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert evaluate(client, "run.state.value") == "'stopped'"
