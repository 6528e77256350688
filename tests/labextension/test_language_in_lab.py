"""JupyterLab in another language: commands, panels, viewers and widgets speak it, numbers in their places."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from tests.lab import ROOT, Lab, get, open_browser, open_notebook, photograph, run_cell, serve_lab

pytestmark = pytest.mark.xdist_group("lab")

ENGLISH = Path("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata")
SETTINGS = "@tessnb/labextension:settings"
LANGUAGE = "de_DE"
SHOW = """\
import tessnb as tn
tn.CharsetEditor(tn.load_model("eng"), text="a ±")"""


def translated() -> Catalog:
    """The catalogue with every message in a language of its own: the same words between «»."""
    with (ROOT / "tessnb/locale/tessnb.pot").open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGE, domain="tessnb")
    for message in catalogue:
        if message.id:
            words = (message.id,) if isinstance(message.id, str) else message.id
            marked = tuple(f"«{each}»" for each in words)
            message.string = marked if message.pluralizable else marked[0]
    return catalogue


def install_pack(folder: Path) -> None:
    """Put a language pack into a folder, as pip puts those that JupyterLab has."""
    name = f"jupyterlab_language_pack_{LANGUAGE}"
    messages = folder / name / "locale" / LANGUAGE / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (folder / name / "__init__.py").touch()
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[jupyterlab.languagepack]\n{LANGUAGE} = {name}\n")
    catalogue = translated()
    with (messages / "tessnb.mo").open("wb") as file:
        write_mo(file, catalogue)
    head = {
        "domain": "tessnb",
        "language": LANGUAGE.replace("_", "-"),
        "plural_forms": catalogue.plural_forms,
        "version": "1.0",
    }
    words: dict[str, object] = {"": head}
    for message in catalogue:
        if message.id:
            one = message.id if isinstance(message.id, str) else message.id[0]
            key = f"{message.context}\4{one}" if message.context else one
            words[key] = [message.string] if isinstance(message.string, str) else list(message.string or ())
    (messages / "tessnb.json").write_text(json.dumps(words), "utf-8")


@pytest.fixture(scope="module")
def lab_with_pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with a language pack beside English, over a folder with a model."""
    scratch, root, packs = (tmp_path_factory.mktemp(name) for name in ("lab", "root", "packs"))
    install_pack(packs)
    shutil.copy(ENGLISH, root)

    def command(flags: str) -> list[str]:
        return [str(ROOT / ".venv/bin/jupyter"), "lab", f"--ServerApp.root_dir={root}", *flags.split()]

    paths = [str(packs), *filter(None, [os.environ.get("PYTHONPATH")])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        with serve_lab(scratch, root, command) as lab:
            yield lab


def choose_language(page: Page) -> None:
    """Choose the other language in JupyterLab's menu, and let it start again."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Language").hover()
    page.locator(".lm-Menu-item", has_text="Deutsch").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Change and reload").click()


def test_all_speak_the_language_that_was_chosen(lab_with_pack: Lab, tmp_path: Path) -> None:
    lab = lab_with_pack
    with open_browser(width=1500, height=1000) as page:
        page.goto(lab.url("lab"))
        expect(page.get_by_role("menuitem", name="Tesseract", exact=True)).to_be_visible()
        choose_language(page)
        expect(page.locator(".jp-LauncherCard", has_text="«Tutorial»")).to_be_visible()
        photograph(page, "#main", tmp_path / "language-launcher.png")
        schema = json.loads(get(f"{lab.address}/lab/api/settings/{SETTINGS}?token={lab.token}"))["schema"]
        assert schema["title"] == "«Tesseract»"
        assert schema["properties"]["threads"]["title"] == "«Threads»"

        page.get_by_role("tab", name="«Trainings»").click()
        panel = page.get_by_role("region", name="«Trainings»")
        expect(panel.get_by_text("«No trainings in this folder yet.»")).to_be_visible()

        page.goto(lab.url(f"lab/tree/{ENGLISH.name}"))
        viewer = page.locator(".tessnb-viewer")
        expect(viewer.get_by_role("tab").first).to_have_text("«Overview»")
        expect(viewer.get_by_role("heading", name="«Network»")).to_be_visible()
        expect(viewer.get_by_role("row", name="Lfx192").locator("td").nth(1)).to_have_text(
            "«memory, left to right»"
        )
        size = f"{ENGLISH.stat().st_size / 1e6:.1f}\u202fMB"
        expect(viewer.locator(".tessnb-status")).to_contain_text(f"«{size}, 7 components»")
        unmarked = [
            text for text in viewer.locator("th[scope=col], button").all_inner_texts() if "«" not in text
        ]
        assert unmarked == []
        viewer.get_by_role("button", name="«Extract version»").click()
        expect(viewer.get_by_text("«Written: eng.version»")).to_be_visible()
        photograph(page, "#main", tmp_path / "language-viewer.png")

        open_notebook(page, lab, "language", [SHOW])
        run_cell(page, 0)
        editor = page.locator(".tessnb-charset")
        expect(editor.locator(".tessnb-status")).to_contain_text("«109 characters»")
        expect(editor.get_by_label("«Search characters»")).to_be_visible()
        editor.get_by_title("«Add ±»").click()
        expect(editor.get_by_text("«1 added»")).to_be_visible()
        unmarked = [text for text in editor.get_by_role("button").all_inner_texts() if "«" not in text]
        assert unmarked == []
        photograph(page, "#main", tmp_path / "language-widget.png")
