#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
#
# lift.sh OBJECT PREFIX ARCHIVE SYMBOL[=NAME]...
#
# Takes functions out of another C library's static archive, so that they run in this process beside
# the libc's own: OBJECT defines PREFIX_SYMBOL for each SYMBOL and hides everything else. NAME is what
# the archive calls the function, if not SYMBOL. All lifted functions call each other.
#
# Environment: MEMBERS_ONLY=1 takes the defining members without what they refer to, for archives
# whose references lead to start-up code; SOURCE is C for what they then lack. LD, OBJCOPY, NM, AR
# and CC are the tools of the target.
set -eu
object=$1 prefix=$2 archive=$3
shift 3
: "${LD:=ld}" "${OBJCOPY:=objcopy}" "${NM:=nm}" "${AR:=ar}" "${CC:=cc}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pull='' keep='' bind='' rename='' names=''
for symbol in "$@"; do
    name=${symbol#*=} symbol=${symbol%%=*}
    names="$names $name"
    pull="$pull -u $name"
    keep="$keep --keep-global-symbol=$name"
    rename="$rename --redefine-sym $name=${prefix}_$symbol"
    [ "$name" = "$symbol" ] || bind="$bind --redefine-sym $symbol=$name"
done

if [ -n "${MEMBERS_ONLY-}" ]; then
    $NM -A --defined-only "$archive" 2>/dev/null >"$work/defined"
    for name in $names; do
        member=$(sed -n "s|^.*:\([^:]*\.o\):.* [TtWiVD] $name\$|\1|p" "$work/defined" | head -n 1)
        if [ -z "$member" ]; then
            echo "lift.sh: $archive does not define $name" >&2
            exit 1
        fi
        (cd "$work" && $AR x "$archive" "$member")
        # shellcheck disable=SC2086
        $OBJCOPY $bind "$work/$member"
    done
    if [ -n "${SOURCE-}" ]; then
        printf '%s\n' "$SOURCE" | $CC -O2 -fPIC -x c -c - -o "$work/source.o"
    fi
    $LD -r -o "$work/whole" "$work"/*.o
else
    # Without the flag two archives of one project collide in their section groups.
    # shellcheck disable=SC2086
    $LD -r --force-group-allocation $pull -o "$work/whole" "$archive"
fi
# shellcheck disable=SC2086
$OBJCOPY $keep "$work/whole" "$work/alone"
# shellcheck disable=SC2086
$OBJCOPY $rename "$work/alone" "$object"

lacking=$($NM -u "$object" | grep -v -w -e __stack_chk_fail -e _GLOBAL_OFFSET_TABLE_ || true)
if [ -n "$lacking" ]; then
    rm -f "$object"
    echo "lift.sh: $archive: functions not lifted refer to" $lacking >&2
    exit 1
fi
