#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# What a machine needs to build fmmap: find it, name what is missing, install it.
#
#   requirements.sh install OUT NEED...   install what is missing, then as find
#   requirements.sh find OUT NEED...      write make variables to OUT, or name what is missing
#
# Prints nothing but what is wrong, on standard output; what it installs it tells on standard error.
#
# NEED is a name of the table below; "all" means every one. A need is a name, a test, and its
# packages for each package manager.
set -u
mode=$1 out=$2
shift 2
wanted=" $* "
CC=${CC:-cc} CXX=${CXX:-c++}

# The interpreter that runs the tests and builds the pages: 3.11 for tomllib.
host_python() {
    for python in ${HOST_PYTHON:-python3 /usr/bin/python3}; do
        "$python" -c 'import sys, tomllib, pytest, jinja2' 2>/dev/null &&
            "$python" -c 'import sys; print(sys.executable)' && return
    done
    return 1
}
python_headers() {
    python=$(host_python) && "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}
setuptools() { python=$(host_python) && "$python" -c 'import setuptools, wheel' 2>/dev/null; }
hypothesis() { python=$(host_python) && "$python" -c 'import hypothesis' 2>/dev/null; }
jsonschema() { python=$(host_python) && "$python" -c 'import jsonschema' 2>/dev/null; }
browser() { program chromium || program chromium-browser || program google-chrome; }
header() { printf '#include <%s>\n' "$1" | $CXX -E -x c++ - >/dev/null 2>&1; }
program() { command -v "$1" >/dev/null 2>&1; }

#   need            test                          apt                dnf                    apk                pkg            brew
needs='
c-compiler       |program $CC                  |gcc libc6-dev     |gcc glibc-devel         |gcc musl-dev        |gcc           |gcc
c++-compiler     |program $CXX                 |g++               |gcc-c++                 |g++                 |gcc           |gcc
google-benchmark |header benchmark/benchmark.h |libbenchmark-dev  |google-benchmark-devel  |benchmark-dev       |benchmark     |google-benchmark
python           |host_python                  |python3 python3-pytest python3-jinja2 |python3 python3-pytest python3-jinja2 |python3 py3-pytest py3-jinja2 |python311 py311-pytest py311-Jinja2 |python pytest jinja2
python-headers   |python_headers               |python3-dev       |python3-devel           |python3-dev         |python311     |python
gnuplot          |program gnuplot              |gnuplot-nox       |gnuplot-minimal         |gnuplot             |gnuplot-lite  |gnuplot
clang            |program clang                |clang             |clang                   |clang               |llvm          |llvm
clang-format     |program clang-format         |clang-format      |clang-tools-extra       |clang-extra-tools   |llvm          |clang-format
chromium         |browser                      |chromium          |chromium                |chromium            |chromium      |chromium
setuptools       |setuptools                   |python3-setuptools python3-wheel |python3-setuptools python3-wheel |py3-setuptools py3-wheel |py311-setuptools py311-wheel |python-setuptools
hypothesis       |hypothesis                   |python3-hypothesis |python3-hypothesis     |py3-hypothesis      |py311-hypothesis |hypothesis
jsonschema       |jsonschema                   |python3-jsonschema |python3-jsonschema    |py3-jsonschema      |py311-jsonschema |jsonschema
flake8           |program flake8               |flake8            |python3-flake8          |py3-flake8          |py311-flake8  |flake8
pkg-config       |program pkg-config           |pkg-config        |pkgconf-pkg-config      |pkgconf             |pkgconf       |pkg-config
groff            |program groff                |groff             |groff                   |groff               |groff         |groff
valgrind         |program valgrind             |valgrind          |valgrind                |valgrind            |valgrind      |valgrind
'
named() {  # the need with the command that was tried, where the user can choose it
    case $1 in
    c-compiler) echo "$1 ($CC)" ;;
    c++-compiler) echo "$1 ($CXX)" ;;
    *) echo "$1" ;;
    esac
}
missing() {  # prints "need<TAB>packages" for the package manager's column
    printf '%s\n' "$needs" | while IFS='|' read -r need test apt dnf apk pkg brew; do
        [ -n "$need" ] || continue
        case $wanted in *" all "* | *" $(echo $need) "*) ;; *) continue ;; esac
        eval "$test" >/dev/null 2>&1 && continue
        eval "packages=\$$1"
        printf '%s\t%s\n' "$(named "$(echo $need)")" "$(echo $packages)"
    done
}

# A compiler that the user named is not ours to install
for choice in "c-compiler CC $CC" "c++-compiler CXX $CXX"; do
    set -- $choice
    case "$3 $wanted" in "cc "* | "c++ "*) continue ;; *" all "* | *" $1 "*) ;; *) continue ;; esac
    program "$3" || { echo "fmmap: $2=$3 is not a program"; exit 1; }
done
if [ -n "${HOST_PYTHON:-}" ] && ! host_python >/dev/null; then
    echo "fmmap: HOST_PYTHON=$HOST_PYTHON is not Python 3.11 or later with pytest and Jinja2"
    exit 1
fi

manager=
for candidate in apt-get dnf apk pkg brew; do
    program $candidate && manager=$candidate && break
done
refresh=
case $manager in
apt-get) column=apt refresh='apt-get update' install='apt-get install -y --no-install-recommends' ;;
dnf) column=dnf install='dnf install -y' ;;
apk) column=apk install='apk add' ;;
pkg) column=pkg install='pkg install -y' ;;
brew) column=brew install='brew install' ;;
*) column=apt install= ;;
esac

lack=$(missing $column)
if [ -n "$lack" ]; then
    names=$(printf '%s\n' "$lack" | cut -f1 | tr '\n' ' ')
    packages=$(printf '%s\n' "$lack" | cut -f2 | tr '\n' ' ')
    if [ "$mode" = find ]; then
        echo "fmmap: missing: ${names}- run 'make deps' to install it"
        exit 1
    fi
    if [ -z "$install" ]; then
        echo "fmmap: missing: ${names}- no package manager known here; install them by hand"
        exit 1
    fi
    as_root=
    if [ "$(id -u)" != 0 ] && [ "$manager" != brew ]; then
        if sudo -n true 2>/dev/null || { program sudo && [ -t 0 ]; }; then
            as_root=sudo
        else
            echo "fmmap: missing: ${names}- ask an administrator to run: ${refresh:+$refresh && }$install $packages"
            exit 1
        fi
    fi
    echo "fmmap: installing $packages" >&2
    for command in ${refresh:+"$refresh"} "$install $packages"; do
        $as_root env DEBIAN_FRONTEND=noninteractive $command >"$out.log" 2>&1 || {
            tail -n 20 "$out.log" >&2
            echo "fmmap: '$command' failed; its output is in $out.log"
            exit 1
        }
    done
    lack=$(missing $column)
    if [ -n "$lack" ]; then
        echo "fmmap: still missing after installing: $(printf '%s\n' "$lack" | cut -f1 | tr '\n' ' ')"
        exit 1
    fi
fi
printf 'HOST_PYTHON := %s\n' "$(host_python)" >"$out.new"
if cmp -s "$out.new" "$out"; then rm "$out.new"; else mv "$out.new" "$out"; fi
