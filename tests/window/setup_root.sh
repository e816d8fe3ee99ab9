#!/usr/bin/env bash
# setup_root.sh DIR: a Debian sid in a folder, with Blender's window, Xvfb on software GL, and Monado as OpenXR runtime.
# Needs root, debootstrap and iproute2. The mirror is debootstrap's own. Nothing outside DIR is written.
set -euo pipefail
root=${1:?usage: setup_root.sh DIR}
partial=$root.partial
packages=(
    blender python3-numpy python3-cattr python3-requests         # Blender needs the last three and does not say so
    xvfb xdotool imagemagick                                      # a screen, hands, pictures of it
    monado-service libopenxr1-monado libopenxr-loader1            # a headset and controllers that a script moves
    libgl1-mesa-dri libglx-mesa0 libegl1 mesa-vulkan-drivers      # software rendering
)
rm -rf "$partial"                                                 # what an interrupted set-up left
mkdir -p "$(dirname "$root")"
debootstrap --variant=minbase sid "$partial" > "$root.log" 2>&1
printf '#!/bin/sh\nexit 101\n' > "$partial/usr/sbin/policy-rc.d"  # no service starts by itself
chmod +x "$partial/usr/sbin/policy-rc.d"
# a mirror may lag behind: an old list still names packages that fit each other
printf 'Acquire::Check-Valid-Until "false";\nAPT::Install-Recommends "false";\nDpkg::Options:: "--force-unsafe-io";\n' > "$partial/etc/apt/apt.conf.d/90latent"
printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\n' > "$partial/etc/dpkg/dpkg.cfg.d/90latent"
cp -L /etc/resolv.conf "$partial/etc/resolv.conf"
inside() {  # mounts live in a namespace of their own: nothing stays mounted, the folder can simply be removed
    unshare --mount bash -c '
        mount -t proc proc "$1/proc"; mount --rbind /sys "$1/sys"; mount --rbind /dev "$1/dev"
        folder=$1; shift; exec chroot "$folder" env DEBIAN_FRONTEND=noninteractive "$@"' - "$partial" "$@"
}
inside apt-get update >> "$root.log" 2>&1
inside apt-get install -y "${packages[@]}" >> "$root.log" 2>&1
inside apt-get clean
rm -rf "$partial"/var/lib/apt/lists/*
mkdir -p "$partial/root/.config/monado" "$partial/tmp"
cat > "$partial/root/.config/monado/config_v0.json" <<'JSON'
{ "active": "remote", "remote": { "version": 0, "port": 4242, "view_count": 2 } }
JSON
inside blender --version | sed -n 1p > "$partial/VERSION"
rm -rf "$root"
mv "$partial" "$root"                                             # it has its name only once it is whole
echo "[window] $(cat "$root/VERSION") in $root"
