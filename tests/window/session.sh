#!/usr/bin/env bash
# session.sh ROOT WORK COMMAND...: run COMMAND inside ROOT in mount, network, process and IPC namespaces of its own.
# WORK and each folder in BINDS are seen inside under the same path. Whatever the command started ends with it, and
# Monado, which listens on every address, can be reached from here alone.
set -euo pipefail
root=$1 work=$2; shift 2
exec unshare --mount --net --pid --ipc --fork --kill-child bash -euc '
    root=$1 work=$2; shift 2
    mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"; mount -t tmpfs -o mode=1777 tmp "$root/tmp"
    mount -t tmpfs -o mode=0755 run "$root/run"; mkdir -m 700 "$root/run/xr"
    for folder in "$work" ${BINDS:-}; do mkdir -p "$root$folder"; mount --rbind "$folder" "$root$folder"; done
    ip link set lo up
    exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
        XDG_RUNTIME_DIR=/run/xr DISPLAY=:77 OMP_NUM_THREADS=1 "$@"' - "$root" "$work" "$@"
