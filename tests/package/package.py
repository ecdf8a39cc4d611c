# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Installs the library, moves it, and builds and runs what others write against it: package.py static|shared"""

import contextlib
import http.server
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from console import BIN, Console, GivenUp, House, wait_for  # noqa: E402

KIND = sys.argv[1]
BUILD = BIN.resolve().parent
PLACE = BUILD / "package" / KIND
PREFIX = PLACE / "moved"
CXX = os.environ.get("CXX", "c++")
FLAGS = os.environ.get("CXXFLAGS", "")
TOLD = {
    "requestscope": {("POST", "/pay", "info")},
    "manual": {("GET", "/orders", "warning")},
    "servicecalls": {("POST", "/orders", "error")},
    "threads": {("GET", "/report", "info")},
    "scopedhandler": {("GET", "/customers", "info"), ("GET", "/customers", "error")},
    "futures": {("GET", "/total", "info")},
}


def run(*command, fails=False, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def build_shared():
    """A build of its own, of nothing but what is installed."""
    build = PLACE / "build"
    run("cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DBUILD_SHARED_LIBS=ON", "-DBUILD_TESTING=OFF", "-DESCALITE_GUI=OFF",
        "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0", f"-DCMAKE_CXX_COMPILER={CXX}", f"-DCMAKE_CXX_FLAGS={FLAGS}")
    run("cmake", "--build", build, "--target", "escalite_libraries")
    return build


def install(build):
    staged = PLACE / "staged"
    for folder in (staged, PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
    for component in ("Devel", "Runtime"):
        run("cmake", "--install", build, "--component", component, "--prefix", staged)
    staged.rename(PREFIX)


def names_no_place():
    for file in [*PREFIX.rglob("*.cmake"), *PREFIX.rglob("*.pc")]:
        for place in (ROOT, BUILD, PLACE):
            assert str(place) not in file.read_text(), f"{file} names {place}"


def headers_are_whole():
    """What an installed header includes of ours is installed."""
    include = PREFIX / "include" / "escalite"
    headers = list(include.rglob("*.h"))
    assert len(headers) > 25, headers
    for header in headers:
        for other in re.findall(r'^#include "([^"]+)"', header.read_text(), re.M):
            assert (include / other).exists(), f"{header} includes {other}, which is not installed"


def shows_only_what_is_marked():
    for library in PREFIX.rglob("libescalite-*.so.*.*.*"):
        symbols = run("nm", "--dynamic", "--defined-only", "--demangle", library)
        dynamic = run("readelf", "--dynamic", library)
        assert re.search(r"SONAME.*\[libescalite-\w+\.so\.(0\.\d+|[1-9]\d*)\]", dynamic), dynamic
        for inside in ("escalite::client::Courier::", "escalite::smtp::Dialogue::", "escalite::http::ResponseParser::"):
            assert inside not in symbols, f"{library.name} shows {inside}"


def configure(name, lines, *options, fails=False):
    source = PLACE / "find" / name
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    (source / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.25)\nproject({name} LANGUAGES CXX)\n{lines}\n")
    return run("cmake", "-S", source, "-B", source / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={PREFIX}",
               f"-DCMAKE_CXX_COMPILER={CXX}", *options, fails=fails)


def finds_components():
    text = configure("unknown", "find_package(Escalite 0.1 CONFIG REQUIRED COMPONENTS Core Klient)", fails=True)
    assert 'Escalite has no component "Klient"; its components are' in " ".join(text.split()), text
    configure("optional", "find_package(Escalite 0.1 CONFIG REQUIRED COMPONENTS Core OPTIONAL_COMPONENTS Klient)\n"
              "if(Escalite_Klient_FOUND OR NOT TARGET Escalite::Core OR TARGET Escalite::Notifiers)\n  message(FATAL_ERROR)\nendif()")
    configure("future", "find_package(Escalite 0.2 CONFIG REQUIRED)", fails=True)
    configure("alone", "find_package(Escalite 0.1 CONFIG REQUIRED COMPONENTS Client)\nif(NOT TARGET Escalite::Client)\n"
              "  message(FATAL_ERROR)\nendif()", "-DCMAKE_DISABLE_FIND_PACKAGE_Qt6Network=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_Qt6DBus=ON")


def environment(base=os.environ):
    found = {file.parent for file in PREFIX.rglob("*.pc")}
    libraries = {str(file.parent) for file in PREFIX.rglob("libescalite-core.*") if not file.is_dir()}
    return {**base, "PKG_CONFIG_PATH": ":".join(map(str, found)), "LD_LIBRARY_PATH": ":".join(libraries)}


def with_pkg_config(source, package):
    """As by hand: c++ x.cpp $(pkg-config …)"""
    program = PLACE / f"{source.stem}-by-pkg-config"
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", package], env=environment(), capture_output=True, text=True, check=True)
    run(CXX, "-std=c++20", *shlex.split(FLAGS), source, "-o", program, *shlex.split(flags.stdout))
    return program


def build_examples(targets):
    source = next(PREFIX.rglob("examples"))
    build = PLACE / "examples"
    run("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_CXX_COMPILER={CXX}",
        f"-DCMAKE_CXX_FLAGS={FLAGS}")
    run("cmake", "--build", build, "--target", *targets)
    return {target: build / target for target in targets}


def deliver(programs):
    with House() as house, Console(house) as console:
        for name, program in programs:
            run(program, env=environment(house.environment()), timeout=60)
            if "Network" in (loaded := run("readelf", "--dynamic", program)):
                raise AssertionError(f"{program} links Qt's network:\n{loaded}")
        wanted = sorted(told for name, _ in programs for told in TOLD[name])
        found = []

        def arrived():
            found[:] = sorted((s["method"], s["path"], s["level"]) for s in console.pages("/v1/sessions", "sessions"))
            return len(found) >= len(wanted)

        with contextlib.suppress(GivenUp):
            wait_for("the arrival", arrived, 20)
        assert found == wanted, f"{found} came, not {wanted}"


class Hook(http.server.BaseHTTPRequestHandler):
    told = []

    def do_POST(self):
        Hook.told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def escalates(program):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = len(Hook.told)
    with House() as house:
        house.configure({"notifiers": [{"type": "webhook", "config": {"url": f"http://127.0.0.1:{server.server_port}/told"}}]})
        run(program, house.config_file, env=environment(house.environment()), timeout=60)
    server.shutdown()
    told = Hook.told[before:]
    assert len(told) == 1 and "Payments fail" in told[0], told


def main():
    PLACE.mkdir(parents=True, exist_ok=True)
    install(build_shared() if KIND == "shared" else BUILD)
    names_no_place()
    headers_are_whole()
    if KIND == "shared":
        shows_only_what_is_marked()
    finds_components()
    run(with_pkg_config(HERE / "core.cpp", "escalite-core"), env=environment())
    examples = next(PREFIX.rglob("examples"))
    if KIND == "static":
        programs = build_examples([*TOLD, "escalate"])
    else:
        programs = build_examples(["requestscope", "escalate"])
    escalates(programs.pop("escalate"))
    escalates(with_pkg_config(examples / "escalate.cpp", "escalite-notifiers"))
    deliver([*programs.items(), ("threads", with_pkg_config(examples / "threads.cpp", "escalite-client"))])


if __name__ == "__main__":
    main()
