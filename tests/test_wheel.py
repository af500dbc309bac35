"""The wheel carries its words, and works where the checkout is not."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]


def test_an_installed_wheel_works_like_the_checkout(tmp_path: Path):
    """Built as for a release and installed elsewhere, it has every template, and the same draft comes out."""
    _run(
        tmp_path, sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path), str(ROOT)
    )
    wheel = next(tmp_path.glob("decline-*.whl"))
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("bot/templates/")}
    assert packed == {f"bot/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.*")}

    home = tmp_path / "venv"
    venv.create(home, symlinks=True)
    python = str(home / "bin" / "python")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    _run(tmp_path, *pip, str(wheel))
    site = Path(
        _run(tmp_path, python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    )
    (site / "what_it_depends_on.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")

    made = _run(tmp_path, str(home / "bin" / "decline"), "draft", "decline_polite", "--example")
    where = _run(tmp_path, python, "-c", "import bot, bot.paths; print(bot.__file__, bot.paths.TEMPLATES)")

    assert made == _run(ROOT, sys.executable, "-m", "bot", "draft", "decline_polite", "--example")
    assert where.split() == [str(site / "bot" / "__init__.py"), str(site / "bot" / "templates")]


def _run(folder: Path, *command: str) -> str:
    """What a command prints, run in a folder without a word about where the checkout is."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
