"""Install the system packages that tessnb needs, or say which are missing and what they are called.

``python3 binder/system_packages.py [--for test]``: needs nothing but the standard library. On Debian and its
descendants, as root or with sudo, missing packages are installed; elsewhere their names for apt, dnf and brew
are printed and the exit status is 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

#: Purpose, what must be there (a command, ``pc:`` a pkg-config module, ``font:`` a family,
#: ``tessdata:`` a language, ``venv:`` a module of Python), and the names for apt, dnf and brew.
PACKAGES = [
    ("run", "venv:ensurepip", "python3-venv", "python3", "python"),
    ("run", "venv:Python.h", "python3-dev", "python3-devel", "python"),
    ("run", "g++", "g++", "gcc-c++", "gcc"),
    ("run", "pkg-config", "pkg-config", "pkgconf-pkg-config", "pkgconf"),
    ("run", "pc:icu-uc", "libicu-dev", "libicu-devel", "icu4c"),
    ("run", "fc-list", "fontconfig", "fontconfig", "fontconfig"),
    ("run", "font:DejaVu Sans", "fonts-dejavu", "dejavu-sans-fonts", "--cask font-dejavu"),
    (
        "run",
        "font:Liberation Sans Narrow",
        "fonts-liberation",
        "liberation-narrow-fonts",
        "font-liberation",
    ),
    ("run", "font:FreeSerif", "fonts-freefont-ttf", "gnu-free-serif-fonts", "--cask font-freefont"),
    ("run", "tesseract", "tesseract-ocr", "tesseract", "tesseract"),
    ("run", "tessdata:eng", "tesseract-ocr-eng", "tesseract-langpack-eng", "tesseract-lang"),
    ("test", "chromium", "chromium", "chromium", "--cask chromium"),
    ("test", "lstmtraining", "tesseract-ocr", "tesseract-tools", "tesseract"),
    (
        "test",
        "font:Caladea",
        "fonts-crosextra-caladea",
        "google-crosextra-caladea-fonts",
        "--cask font-caladea",
    ),
    (
        "test",
        "font:Noto Sans Khmer",
        "fonts-noto-core",
        "google-noto-fonts-all",
        "--cask font-noto-sans-khmer",
    ),
    (
        "test",
        "font:Noto Sans CJK KR",
        "fonts-noto-cjk",
        "google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts",
        "--cask font-noto-sans-cjk --cask font-noto-serif-cjk",
    ),
]
for _code in ("osd", "deu", "fra", "heb", "ara", "hin", "kor", "chi_sim", "tha", "khm"):
    _debian = f"tesseract-ocr-{_code.replace('_', '-')}"
    PACKAGES.append(("test", f"tessdata:{_code}", _debian, f"tesseract-langpack-{_code}", "tesseract-lang"))


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def is_present(probe: str) -> bool:
    """Return whether what a row of `PACKAGES` asks for is on this machine."""
    kind, _, name = probe.partition(":")
    if kind == "pc":
        return bool(_output("pkg-config", "--modversion", name).strip())
    if kind == "font":
        return bool(_output("fc-list", name).strip())
    if kind == "tessdata":
        return name in _output("tesseract", "--list-langs").split()
    if probe == "venv:ensurepip":
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            return False
        return True
    if probe == "venv:Python.h":
        import sysconfig

        return os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h"))
    return shutil.which(probe) is not None


def main(arguments: list[str]) -> int:
    """Install or name what is missing; 0 if nothing is missing in the end."""
    wanted = {"run", "test"} if arguments[:2] == ["--for", "test"] else {"run"}
    rows = [row for row in PACKAGES if row[0] in wanted]
    missing = [row for row in rows if not is_present(row[1])]
    if missing and shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo"] if shutil.which("sudo") else None
        if root is not None:
            names = sorted({row[2] for row in missing})
            print("Installing system packages:", *names, flush=True)
            environment = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
            subprocess.run([*environment, "update", "-qq"], check=False)
            subprocess.run(
                [*environment, "install", "-y", "-qq", "--no-install-recommends", *names], check=False
            )
            missing = [row for row in rows if not is_present(row[1])]
    if not missing:
        return 0
    print("These are missing and could not be installed from here:", file=sys.stderr)
    for _, probe, *_ in missing:
        print(f"  {probe.partition(':')[2] or probe}", file=sys.stderr)
    print("Install them, then run this again:", file=sys.stderr)
    for tool, column in (("sudo apt-get install", 2), ("sudo dnf install", 3), ("brew install", 4)):
        print(f"  {tool} {' '.join(sorted({row[column] for row in missing}))}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
