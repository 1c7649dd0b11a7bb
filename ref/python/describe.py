# SPDX-License-Identifier: MPL-2.0
"""Print what a build for the interpreter that runs this needs: tag, file suffix, header folder.

Runs on every Python from 3.6 on and on PyPy.
"""
import os
import sys
import sysconfig

include = sysconfig.get_path("include")
if not os.path.exists(os.path.join(include, "Python.h")):
    sys.exit("it has no Python.h in {}: install its development package".format(include))
flags = "".join(flag for flag in getattr(sys, "abiflags", "") if flag in "td")
print(sys.implementation.cache_tag + flags, sysconfig.get_config_var("EXT_SUFFIX"), include)
