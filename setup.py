"""Builds the wheel: the repository's folders become one package, hoinghi, in place of four with names that others have.

    search/ranking.py → hoinghi/search/ranking.py
    settings.py       → hoinghi/settings.py
    hoinghi.py        → hoinghi/__init__.py, so that `hoinghi:main` is the command in both
    from search.document import … → from hoinghi.search.document import …

An editable install and the tests use the folders as they lie. Why: docs/decisions/0031-one-package-in-the-wheel.md.

Where a C compiler and Python's headers are, a few inner loops are compiled; elsewhere NumPy does the same
(docs/decisions/0080-compiled-where-a-compiler-is.md).
"""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

PACKAGE = "hoinghi"
OURS = frozenset(("crawl", "indexer", "search", "web", "client", "logs", "options", "settings"))
COMPILED = sorted(Path("search").rglob("compiled_*.pyx"))  # each has a module of Python beside it that does the same
COMPILER_OPTIONS = ["-O3", "-g0"]  # what a debugger would read takes a third of the time
MAIN = f"from {PACKAGE} import main\n\nmain()\n"


class OnePackage(build_py):
    """Moves what setuptools has laid out flat below one package."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        root = Path(self.build_lib)
        shutil.rmtree(root, ignore_errors=True)  # what an earlier build left
        super().run()
        package = root / PACKAGE
        package.mkdir()
        (root / f"{PACKAGE}.py").rename(package / "__init__.py")
        for name in OURS:
            laid = next(path for path in (root / name, root / f"{name}.py") if path.exists())
            laid.rename(package / laid.name)
        for file in package.rglob("*.py"):
            file.write_text(within_package(file.read_text(encoding="utf-8"), file), encoding="utf-8")
        (package / "__main__.py").write_text(MAIN, encoding="utf-8")
        (package / "py.typed").touch()


class InOnePackage(build_ext):
    """Puts what is compiled below the one package, too; several at once, each takes five seconds."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.parallel = self.parallel or True  # as many as there are processors

    def get_ext_fullpath(self, ext_name: str) -> str:
        path = Path(super().get_ext_fullpath(ext_name)).absolute()
        if self.inplace or self.editable_mode:
            return str(path)
        return str(Path(self.build_lib, PACKAGE, path.relative_to(Path(self.build_lib).absolute())))


def within_package(source: str, file: Path) -> str:
    """Return source with PACKAGE before each module of ours that it imports; no other character is changed."""
    lines = source.splitlines(keepends=True)
    for line, column in sorted(imported(source, file), reverse=True):
        text = lines[line - 1].encode()  # ast counts bytes
        head, tail = text[:column].decode(), text[column:].decode()
        lines[line - 1] = head + re.sub(r"^from\s+", rf"\g<0>{PACKAGE}.", tail)
    return "".join(lines)


def imported(source: str, file: Path) -> Iterator[tuple[int, int]]:
    """Give (line, byte) of each `from … import` of a module of ours."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] in OURS:
            yield node.lineno, node.col_offset
        elif isinstance(node, ast.Import) and any(alias.name.split(".")[0] in OURS for alias in node.names):
            raise SystemExit(f"{file}, line {node.lineno}: import our modules by `from … import …`, which can be moved")


setup(
    cmdclass={"build_py": OnePackage, "build_ext": InOnePackage},
    ext_modules=cythonize(
        [
            Extension(
                ".".join(path.with_suffix("").parts), [str(path)], optional=True, extra_compile_args=COMPILER_OPTIONS
            )
            for path in COMPILED
        ],
        build_dir="build",
        quiet=True,
    ),
)
