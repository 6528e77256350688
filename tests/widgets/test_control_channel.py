"""What is told to a run while a cell is running, in a real kernel."""

from __future__ import annotations

from typing import Any

from jupyter_client.manager import run_kernel

SHOW = """\
import time
import tessnb as tn
text = "one two\\nthree four\\nfive six"
lines = list(tn.render(text, ["DejaVu Sans"], xsize=700, ysize=600))
run = tn.train_from_scratch(tn.make_starter(text), lines, net_spec="[1,24,0,1 Mp3,3 Lfys8 Lbx8 O1c1]").start()
dashboard = tn.TrainingDashboard(run)
print(dashboard._controls._aside, end="")"""
BUSY = """\
end = time.time() + 60
print("busy", flush=True)
while time.time() < end and not run.state.is_over:
    time.sleep(0.01)
print(run.state.value)"""


def test_a_run_is_stopped_while_a_cell_runs() -> None:
    with run_kernel() as client:
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                said.append(message["content"]["text"])

        assert client.execute_interactive(SHOW, output_hook=hear)["content"]["status"] == "ok"
        name = "".join(said)
        assert name.isalnum()

        def stop(message: dict[str, Any]) -> None:
            hear(message)
            if said[-1] == "busy\n":
                for to in ("nobody", name):
                    content = {"to": to, "command": "stop"}
                    client.control_channel.send(client.session.msg("tessnb_command", content))

        client.execute_interactive(BUSY, output_hook=stop)
        assert said[-1] == "stopped\n"
