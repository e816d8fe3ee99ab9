#!/usr/bin/env bash
# inside.sh WORK SCENARIO VR LIMIT: within the session: a screen, a headset if VR is 1, then Blender with SCENARIO.
set -uo pipefail
work=$1 scenario=$2 vr=$3 limit=$4
mkdir -p /tmp/.X11-unix && chmod 1777 /tmp/.X11-unix
Xvfb :77 -screen 0 1280x800x24 +extension GLX -nolisten tcp > "$work/xvfb.log" 2>&1 &
for _ in $(seq 1200); do [ -S /tmp/.X11-unix/X77 ] && break; sleep 0.1; done
if [ "$vr" = 1 ]; then
    XRT_NO_STDIN=1 XRT_COMPOSITOR_NULL=1 monado-service > "$work/monado.log" 2>&1 < /dev/null &
    for _ in $(seq 1200); do
        grep -q "Listening on port" "$work/monado.log" && [ -S "$XDG_RUNTIME_DIR/monado_comp_ipc" ] && break
        sleep 0.1
    done
fi
mkdir -p "$work/user" "$work/temp"
simulate=--enable-event-simulate                                   # Blender then takes no event of the X server
[ -e "$work/hands" ] && simulate=
BLENDER_USER_RESOURCES="$work/user" timeout "$limit" blender --factory-startup --gpu-backend opengl $simulate \
    --window-geometry 0 0 1280 800 --python-exit-code 9 --python "$scenario" -- "$work" > "$work/blender.log" 2>&1
echo "blender ended with $?"
cp /tmp/*.crash.txt "$work" 2> "$work/none.log" && cat /tmp/*.crash.txt  # why it crashed, if it did
# a trainer may outlive its window by the moment that its last write takes, and no longer
for _ in $(seq 50); do
    left=$(grep -lzs "^serve$" /proc/[0-9]*/cmdline | wc -l)
    [ "$left" = 0 ] && break
    sleep 0.1
done
echo "$left" > "$work/left.txt"
