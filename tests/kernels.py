"""Kernels of several versions of ipykernel, beside the one that is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

__all__ = ["INSTALLED", "VERSIONS", "install_kernel", "kernel_manager", "overlooks_messages"]

#: Versions that behave differently: before subshells, with them, and with comms back on the main thread.
VERSIONS = ("6.30.1", "7.3.0", "7.4.0")
#: The one that is installed.
INSTALLED = version("ipykernel")


def install_kernel(folder: Path, ipykernel: str) -> Path:
    """Make a kernel of a version of ipykernel with everything else as it is here; it is kept.

    Parameters
    ----------
    folder : Path
        Where environments of their own are, one for each version, and the kernels' descriptions.
    ipykernel : str
        The version.

    Returns
    -------
    Path
        What to put into ``JUPYTER_PATH``; the kernel is called after its version.

    Raises
    ------
    CalledProcessError
        If pip does not get that version.
    """
    python = folder / ipykernel / "bin/python"
    if not python.exists():
        site = next(path for path in map(Path, sys.path) if path.name == "site-packages")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ipykernel], check=True)
        own = next((folder / ipykernel / "lib").glob("python*/site-packages"))
        (own / "project.pth").write_text(f"import site; site.addsitedir({str(site)!r})\n")
    if not list((folder / ipykernel / "lib").glob(f"python*/site-packages/ipykernel-{ipykernel}.dist-info")):
        install = ["-m", "pip", "install", "--quiet", "--no-deps", "--ignore-installed"]
        subprocess.run([python, *install, f"ipykernel=={ipykernel}"], check=True, capture_output=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = folder / "jupyter/kernels" / ipykernel / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": ipykernel, "language": "python"}))
    return folder / "jupyter"


def overlooks_messages(ipykernel: str) -> bool:
    """Return whether a version may leave a message to the shell, and all after it, until somebody connects.

    It answers past the stream that reads the same socket, which so may miss that something has come.

    Source: https://github.com/ipython/ipykernel/issues/1554; mended in 7.4.
    """
    return (7, 0) <= tuple(map(int, ipykernel.split(".")[:2])) < (7, 4)


def kernel_manager(folder: Path, ipykernel: str, sockets: Path) -> KernelManager:
    """Return what starts a kernel of a version, with its sockets in a folder of their own.

    Raises
    ------
    CalledProcessError
        If pip does not get that version.
    """
    sockets.mkdir(parents=True, exist_ok=True)
    where = {"transport": "ipc", "ip": str(sockets / "kernel")}
    if ipykernel == INSTALLED:
        return KernelManager(kernel_name="python3", **where)
    kernels = install_kernel(folder, ipykernel) / "kernels"
    specs = KernelSpecManager(kernel_dirs=[str(kernels)])
    return KernelManager(kernel_name=ipykernel, kernel_spec_manager=specs, **where)
