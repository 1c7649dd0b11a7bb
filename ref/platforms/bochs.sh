#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# bochs.sh PROGRAM [ARGUMENT ...]: run a static x86-64 Linux program as the only process of a machine
# with AVX-512 (Skylake-X) that Bochs emulates. Prints what it prints, ends with its exit status.
# Variables called FM_* are passed on.
#
# BOCHS_KERNEL names the kernel, a vmlinuz of Linux 5.10 such as boot/vmlinuz-5.10.* of Debian 11's
# linux-image-*-cloud-amd64: later ones find Bochs' sizes of the XSAVE area wrong and use no AVX.
# BOCHS_SECONDS is when to give up (3600).
set -eu
fail() { echo "bochs.sh: $*" >&2; exit 125; }
[ $# -gt 0 ] || fail "which program? bochs.sh PROGRAM [ARGUMENT ...]"
[ -r "${BOCHS_KERNEL:-}" ] || fail "BOCHS_KERNEL is no kernel: name a vmlinuz of Linux 5.10"
for tool in bochs xorriso cpio cc; do
  command -v $tool >/dev/null || fail "$tool is missing: install bochs bochsbios vgabios isolinux syslinux-common xorriso cpio"
done
for file in /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32; do
  [ -r $file ] || fail "$file is missing: install isolinux and syslinux-common"
done

here=$(dirname "$0")
work=$(mktemp -d "${TMPDIR:-/tmp}/bochs-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The machine's memory disk: the first process, the program, its arguments and variables
mkdir -p "$work/disk/proc" "$work/disk/dev" "$work/iso"
cc -O1 -static "$here/bochs_init.c" -o "$work/disk/init"
cp "$1" "$work/disk/program"
shift
printf '%s\n' "$@" | grep . >"$work/disk/arguments" || :
env | grep '^FM_[A-Z_]*=' >"$work/disk/environment" || :
(cd "$work/disk" && find . | cpio --quiet -o -H newc | gzip -1) >"$work/iso/disk.gz"
cp "$BOCHS_KERNEL" "$work/iso/vmlinuz"
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/iso"
cat >"$work/iso/isolinux.cfg" <<END
default linux
label linux
  kernel /vmlinuz
  initrd /disk.gz
  append console=ttyS0,115200 rdinit=/init quiet nokaslr mitigations=off
END
xorriso -as mkisofs -quiet -o "$work/boot.iso" -b isolinux.bin -c boot.cat -no-emul-boot \
  -boot-load-size 4 -boot-info-table "$work/iso" 2>/dev/null
cat >"$work/bochsrc" <<END
cpu: model=corei7_skylake_x, ips=50000000
memory: guest=512, host=512
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
boot: cdrom
ata0-master: type=cdrom, path=$work/boot.iso, status=inserted
com1: enabled=1, mode=file, dev=$work/serial
display_library: rfb, options="timeout=0"
log: $work/log
panic: action=fatal
END
echo c >"$work/commands" # Debian's Bochs begins in its debugger: continue
(cd "$work" && timeout "${BOCHS_SECONDS:-3600}" \
  bochs -q -f bochsrc -rc commands </dev/null >"$work/said" 2>&1) || :

# What the program wrote to the serial line lies between two marks that init writes
tr -d '\r' <"$work/serial" | sed -n '/^##BEGIN/,/^##END/{/^##/!p}' | sed '${/^$/d}'
status=$(tr -d '\r' <"$work/serial" | sed -n 's/^##END //p')
[ -n "$status" ] || fail "the machine stopped before the program ended: $(tail -n 1 "$work/said")"
exit "$status"
