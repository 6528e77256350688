"""A front end without a browser: it keeps what widgets tell it, and does to them what a page does."""

from __future__ import annotations

import json
import queue
import time
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.stress.mirror import digests

__all__ = ["FrontEnd", "Lost"]

#: Seconds that a kernel has to answer.
_PATIENCE = 120.0
#: Seconds in which nothing is dealt with after which a kernel is woken that may have overlooked something.
_SILENCE = 5.0
#: What a kernel says of a display that was closed while a click was on its way.
_LATE = "No such comm"
#: Commands and learning rates that a page may send, some of them wrong.
_COMMANDS = ("start", "start", "pause", "resume", "resume", "stop", "checkpoint", "set", "no such command")
_RATES = ("0.001", "0,0005", "nonsense", "-1", "1e-4")


class Lost(Exception):
    """Something that was asked for does not happen."""


class FrontEnd:
    """What a page with widgets is to a kernel.

    Parameters
    ----------
    manager : KernelManager
        With a kernel that runs.
    overlooks : bool
        Whether this kernel may overlook messages until somebody connects; it is woken then. No other is.

    Attributes
    ----------
    states : dict of str to dict
        What each widget has told last, without its bytes.
    sent : int
        Messages to widgets.
    woken : int
        How often the kernel had to be woken to see what was sent.
    problems : list of str
        What was said on the standard error, and errors that nobody asked for.
    """

    def __init__(self, manager: KernelManager, *, overlooks: bool = False) -> None:
        self._manager, self._overlooks = manager, overlooks
        self.client: BlockingKernelClient = manager.blocking_client()
        self.client.context.rcvhwm = 0  # lose nothing when much comes at once
        self.client.start_channels()
        self.client.wait_for_ready(timeout=_PATIENCE)
        self.states: dict[str, dict[str, Any]] = {}
        self._digests: dict[str, dict[str, str]] = {}
        self._under_way: dict[str, str] = {}
        self.sent = self.woken = 0
        self._dealt_with = time.monotonic()
        self.problems: list[str] = []
        self._answers: dict[str, dict[str, Any]] = {}
        self._asked = False
        self._poller = zmq.Poller()
        for channel in self._channels:
            self._poller.register(channel.socket, zmq.POLLIN)
        self._subshell = self._make_subshell()

    def leave(self) -> None:
        """Close the page; the kernel goes on."""
        self.client.stop_channels()

    @property
    def _channels(self) -> tuple[Any, ...]:
        return self.client.iopub_channel, self.client.shell_channel, self.client.control_channel

    def _make_subshell(self) -> str | None:
        """Return the name of a subshell for widgets, as JupyterLab makes it where kernels have them."""
        asked = self.client.kernel_info()
        if "kernel subshells" not in self._answer(asked).get("supported_features", ()):
            return None
        message = self.client.session.msg("create_subshell_request")
        self.client.control_channel.send(message)
        return str(self._answer(message["header"]["msg_id"])["subshell_id"])

    # What is heard.

    def listen(self, seconds: float = 0.0) -> None:
        """Take what has come, after waiting a little for it."""
        self._poller.poll(1000 * seconds)
        for channel in self._channels:
            while True:
                try:
                    message = channel.get_msg(timeout=0)
                except queue.Empty:
                    break
                self._hear(message)
        waits = self._overlooks and (self._under_way or self._asked)
        if waits and time.monotonic() - self._dealt_with > _SILENCE:
            self._wake()
            self._dealt_with = time.monotonic()

    def _hear(self, message: dict[str, Any]) -> None:
        kind, content, parent = message["msg_type"], message["content"], message["parent_header"]
        asked = parent.get("msg_id", "")
        if kind == "status" or kind.endswith("_reply"):  # a display goes on talking, whatever lies unseen
            self._dealt_with = time.monotonic()
        if kind.endswith("_reply"):
            self._answers[asked] = content
        elif kind == "status":
            if content["execution_state"] == "busy" and asked in self._under_way:
                self._under_way[asked] += " (begun)"
            else:
                self._under_way.pop(asked, None)
        elif kind == "comm_open" and content["target_name"] == "jupyter.widget":
            self._keep(content["comm_id"], content["data"], message["buffers"])
        elif kind == "comm_msg":
            self._hear_widget(content["comm_id"], content["data"], message["buffers"])
        elif kind == "comm_close":
            self.states.pop(content["comm_id"], None)
            self._digests.pop(content["comm_id"], None)
        elif kind == "error" and content["ename"] != "KeyboardInterrupt":
            self.problems.append(f"{content['ename']}: {content['evalue']}")
        elif kind == "stream" and content["name"] == "stderr":
            said = [line for line in content["text"].splitlines() if line.strip() and _LATE not in line]
            self.problems.extend(said[-1:])

    def _hear_widget(self, name: str, data: Mapping[str, Any], buffers: list[Any]) -> None:
        if data.get("method") == "update_states":
            for each, about in data["states"].items():
                whole = [
                    (path[2:], buffer)
                    for path, buffer in zip(data["buffer_paths"], buffers, strict=True)
                    if path[0] == each
                ]
                paths = [path for path, _ in whole]
                self._keep(
                    each, {"state": about["state"], "buffer_paths": paths}, [part for _, part in whole]
                )
        elif data.get("method") in ("update", "echo_update") and name in self.states:  # else it was closed
            self._keep(name, data, buffers)

    def _keep(self, name: str, data: Mapping[str, Any], buffers: list[Any]) -> None:
        self.states.setdefault(name, {}).update(data["state"])
        told = digests(data["state"], data.get("buffer_paths", ()), buffers)
        self._digests.setdefault(name, {}).update(told)

    def _answer(self, asked: str, meanwhile: Callable[[], object] | None = None) -> dict[str, Any]:
        """Return the answer to a question; do something again and again until it comes."""
        deadline = self._deadline()
        self._asked = True
        while asked not in self._answers:
            if time.monotonic() > deadline:
                raise Lost("the kernel does not answer")
            if meanwhile is not None:
                meanwhile()
            self.listen(0.002)
        self._asked = False
        return self._answers.pop(asked)

    def _deadline(self) -> float:
        """Begin to wait; return until when."""
        self._dealt_with = time.monotonic()
        return self._dealt_with + _PATIENCE

    def quiet(self) -> None:
        """Wait until all that was sent has been dealt with."""
        deadline = self._deadline()
        while self._under_way:
            if time.monotonic() > deadline:
                raise Lost(f"not dealt with: {'; '.join(self._under_way.values())}")
            self.listen(0.01)
        self.listen(0.05)

    def _wake(self) -> None:
        """Connect once more, upon which a kernel looks at all that has come."""
        with self._manager.connect_shell() as socket:
            self.client.session.send(socket, self.client.session.msg("kernel_info_request"))
            socket.poll(1000)
        self.woken += 1

    def until(self, condition: Callable[[], object], message: str) -> None:
        """Wait until the page shows something."""
        deadline = self._deadline()
        while not condition():
            if time.monotonic() > deadline:
                raise Lost(message)
            self.listen(0.005)

    # What is asked.

    def run_cell(
        self, code: str, value: str = "None", *, meanwhile: Callable[[], object] | None = None
    ) -> Any:
        """Run a cell and return what an expression gives after it, as JSON; do something all the while.

        Raises
        ------
        Lost
            If the kernel does not answer, or the cell ends with an error.
        """
        expression = f"__import__('json').dumps({value})"
        asked = self.client.execute(code, user_expressions={"value": expression}, stop_on_error=False)
        self._under_way[asked] = code[:40]
        answer = self._answer(asked, meanwhile)
        if answer["status"] != "ok":
            raise Lost(f"{answer['ename']}: {answer['evalue']}")
        said = answer["user_expressions"]["value"]
        if said["status"] != "ok":
            raise Lost(f"{value}: {said['evalue']}")
        return json.loads(literal_eval(said["data"]["text/plain"]))

    def interrupt_cell(self, code: str, seconds: float) -> str:
        """Run a cell, interrupt it some seconds after it has begun, and return the name of its error."""
        asked = self.client.execute(code, stop_on_error=False)
        self._under_way[asked] = code[:40]
        begun = lambda: "(begun)" in self._under_way.get(asked, "(begun)")  # noqa: E731
        self.until(begun, "a cell is lost")
        moment = time.monotonic() + seconds
        while time.monotonic() < moment:
            self.listen(0.01)
        self._manager.interrupt_kernel()
        return str(self._answer(asked).get("ename", "none"))

    def send(self, name: str, data: Mapping[str, Any], *, main: bool = False) -> None:
        """Send something to a widget, by the subshell if there is one, or to the main thread."""
        message = self.client.session.msg("comm_msg", {"comm_id": name, "data": data})
        is_aside = self._subshell is not None and not main
        if is_aside:
            message["header"]["subshell_id"] = self._subshell
        self._under_way[message["header"]["msg_id"]] = f"{data}{' in a subshell' * is_aside}"
        self.client.shell_channel.send(message)
        self.sent += 1

    def send_aside(self, content: Mapping[str, Any]) -> None:
        """Send a command on the control channel."""
        message = self.client.session.msg("tessnb_command", dict(content))
        self._under_way[message["header"]["msg_id"]] = f"{content} on the control channel"
        self.client.control_channel.send(message)
        self.sent += 1

    def reload(self) -> None:
        """Forget everything and ask for it again, as a page does that is loaded again."""
        self.states.clear()
        self._digests.clear()
        name = "reload"
        opened = {"comm_id": name, "target_name": "jupyter.widget.control", "data": {}}
        header = {"metadata": {"version": "1.0.0"}}
        self.client.shell_channel.send(self.client.session.msg("comm_open", opened, **header))
        self.send(name, {"method": "request_states"}, main=True)
        self.quiet()
        self.client.shell_channel.send(self.client.session.msg("comm_close", {"comm_id": name, "data": {}}))

    # What a page does.

    def _of_kind(self, *kinds: str) -> Iterator[str]:
        return (name for name, state in self.states.items() if state.get("_model_name") in kinds)

    @property
    def controls(self) -> list[str]:
        """The rows of buttons that are shown."""
        return [name for name, state in self.states.items() if state.get("_aside")]

    def touch(self, random: Random) -> None:
        """Do one of the things that people do to a display, whichever there is."""
        main = random.random() < 0.5
        kind = random.randrange(6)
        if kind < 3:
            controls = self.controls
            if not controls:
                return
            name = random.choice(controls)
            if kind == 0 and random.random() < 0.3:
                view, seen = random.choice(["left", "right"]), random.random() < 0.7
                self.send(name, {"method": "custom", "content": {"view": view, "seen": seen}}, main=main)
                return
            content = {"command": random.choice(_COMMANDS), "learning_rate": random.choice(_RATES)}
            if kind == 1:
                self.send_aside({"to": self.states[name]["_aside"], **content})
            else:
                self.send(name, {"method": "custom", "content": content}, main=main)
            return
        boxes = list(self._of_kind("CheckboxModel", "ToggleButtonModel"))
        lists = list(self._of_kind("DropdownModel"))
        if kind < 5 and boxes:
            name = random.choice(boxes)
            state = {"value": not self.states[name].get("value", False)}
            self.send(name, {"method": "update", "state": state, "buffer_paths": []})
        elif lists:
            name = random.choice(lists)
            state = {"index": random.randrange(len(self.states[name]["_options_labels"]))}
            self.send(name, {"method": "update", "state": state, "buffer_paths": []})

    def look(self) -> None:
        """Let everything that is shown be seen."""
        for name in self.controls:
            for view in ("left", "right"):
                self.send(name, {"method": "custom", "content": {"view": view, "seen": True}})

    def differences(self, kernel: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Return where what is shown is not what the kernel has."""
        found = [f"{name} is not shown" for name in kernel.keys() - self._digests.keys()]
        found += [f"{name} is shown and no more" for name in self._digests.keys() - kernel.keys()]
        for name in kernel.keys() & self._digests.keys():
            shown = self._digests[name]
            model = self.states[name].get("_model_name")
            found += [f"{model}.{key}" for key, value in kernel[name].items() if shown.get(key) != value]
        return found
