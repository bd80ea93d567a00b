#!/bin/sh
# boot.sh TARGET [KERNEL INITRAMFS]: start a machine, and judge what its self-test says.
#
# The console's lines are those of root/init; they go to INITRAMFS.console.  Ends with 0 when the
# machine came to its closing line, which agrees with the lines before, and nothing failed; with
# 77 where there is no emulator, which is all it looks for without a KERNEL; with 1 otherwise.
# VM_LIMIT is how many seconds it may take; with VM_KVM=1 the target is this machine's own, by KVM.
#
# SPDX-License-Identifier: ISC
set -u
target=$1
limit_s=${VM_LIMIT:-180}

# The least processor that programs of the target may meet.
case $target in
armv7)
	machine='qemu-system-arm -M virt,highmem=off -cpu cortex-a7'
	tty=ttyAMA0 package=qemu-system-arm
	;;
aarch64)
	machine='qemu-system-aarch64 -M virt,gic-version=max -cpu cortex-a53'
	tty=ttyAMA0 package=qemu-system-arm
	;;
x86_64)
	machine='qemu-system-x86_64 -M q35 -cpu qemu64'
	tty=ttyS0 package=qemu-system-x86
	;;
*)
	echo "not ok $target: no machine is known for it"
	exit 1
	;;
esac
emulator=${machine%% *}
command -v "$emulator" > /dev/null || {
	echo "skip $target: $emulator is missing (Debian: $package; builder/setup.sh vm gets it)"
	exit 77
}
[ $# = 3 ] || exit 0

# For those who know that it works: a machine in a machine may have it and be no good at it.
[ -z "${VM_KVM-}" ] || machine="${machine%-cpu*} -cpu host -accel kvm"

console=$3.console
start=$(date +%s)
# A panic restarts the machine, which ends the emulator. Of the kernel's own lines only those
# stand on the console that tell of its end; to stand still is no such, where this machine gives
# it no time. What the kernel does not know goes to init.
# shellcheck disable=SC2086
timeout -k 5 "$limit_s" $machine -m 512 -nodefaults -no-reboot -display none -monitor none \
	-serial stdio -kernel "$2" -initrd "$3" \
	-append "console=$tty rdinit=/init panic=-1 quiet loglevel=2 nowatchdog check_limit=$((limit_s / 3))" \
	< /dev/null > "$console" 2>&1
status=$?
took_s=$(($(date +%s) - start))
awk -v target="$target" -v status=$status -v took_s=$took_s -v limit_s="$limit_s" -v all="${V:-}" \
	-f "${0%/*}/judge.awk" "$console"
