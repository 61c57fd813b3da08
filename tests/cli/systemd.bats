#!/usr/bin/env bats
# The unit that we ship, under a real systemd: a manager of our own (`systemd --user`), in a mount namespace where
# /run says that systemd is there.  That takes root and the package; without them the test says so and is skipped.

load common

# What is missing here; nothing: the tests can run.  (Not every bats can skip in setup_file.)
missing() {
    if [ "$(id -u)" != 0 ]; then
        echo "needs root, for a namespace of its own"
    elif [ ! -x /lib/systemd/systemd ]; then
        echo "needs the package systemd"
    elif ! unshare --mount true 2>/dev/null; then
        echo "no namespaces may be made here"
    fi
}

setup_file() {
    WHY_NOT=$(missing)
    export WHY_NOT
    [ -z "$WHY_NOT" ] || return 0
    export HOME=$BATS_FILE_TMPDIR XDG_RUNTIME_DIR=$BATS_FILE_TMPDIR/run
    mkdir -p -m 700 "$XDG_RUNTIME_DIR"
    mkdir -p "$HOME/.config/systemd/user" "$HOME/in"
    # A manager of one user gives no other user's rights and has no /var.  Two seconds are enough for the watchdog
    # here, and the kill mode is the default, which is harder: all processes of the service get the signal.
    sed -e "s,/usr/bin/docmill,$DOCMILL," -e "s,/etc/docmill,$HOME," -e '/^User=/d' -e '/^StateDirectory=/d' \
        -e "s,^WorkingDirectory=.*,WorkingDirectory=$HOME," -e 's/^WatchdogSec=.*/WatchdogSec=2/' \
        -e 's/^RestartSec=.*/RestartSec=1/' -e 's/^KillMode=.*/KillMode=control-group/' -e '/^ProtectSystem=/d' -e '/^PrivateTmp=/d' \
        "$DOCMILL_SOURCE/systemd/docmill-watch@.service" >"$HOME/.config/systemd/user/docmill-watch@.service"
    cat >"$HOME/drop.yaml" <<'END'
docmill: 1
input: { paths: [in] }
watch: { settle: 100ms }
run: { state: state, workers: 1 }
stages:
  - extract: text
  - output: jsonl
    with: { path: out.jsonl }
END
    unshare --mount --kill-child --fork bash -c '
        mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec /lib/systemd/systemd --user' \
        >"$HOME/manager.log" 2>&1 </dev/null 3>&- 4>&- &
    echo $! >"$HOME/manager"
    for _ in $(seq 100); do
        systemctl --user list-units >/dev/null 2>&1 && return
        sleep 0.1
    done
    WHY_NOT="systemd --user does not start here: $(tail -n 1 "$HOME/manager.log")"
}

setup() {
    [ -z "$WHY_NOT" ] || skip "$WHY_NOT"
}

teardown_file() {
    if [ ! -e "$BATS_FILE_TMPDIR/manager" ]; then return; fi
    systemctl --user exit 2>/dev/null || true
    kill -KILL "$(cat "$BATS_FILE_TMPDIR/manager")" 2>/dev/null || true # takes along what is left
}

unit=docmill-watch@drop

# property NAME: of the service
property() {
    systemctl --user show "$unit" --property "$1" --value
}

# eventually COMMAND...: true within 20 seconds
eventually() {
    for _ in $(seq 200); do
        "$@" && return
        sleep 0.1
    done
    echo "not so after 20 seconds: $*"
    systemctl --user show "$unit"
    return 1
}

property_is() {
    [ "$(property "$1")" = "$2" ]
}

has_lines() {
    [ "$(wc -l <"$HOME/out.jsonl")" = "$1" ]
}

@test "the unit has no mistakes" {
    run systemd-analyze --user verify "$HOME/.config/systemd/user/docmill-watch@.service"
    is "$output" ""
    [ "$status" -eq 0 ]
}

@test "start returns when folders are watched, and the status says what is done" {
    systemctl --user start "$unit"
    has "$(property StatusText)" "watching 1 folder"
    echo one >"$HOME/in/a.txt"
    eventually has_lines 1
}

@test "reload takes a changed pipeline up in the same process, and a wrong one not" {
    local pid
    pid=$(property MainPID)
    sed -i 's/extract: text/extrakt: text/' "$HOME/drop.yaml"
    systemctl --user reload "$unit"
    echo two >"$HOME/in/b.txt"
    eventually has_lines 2
    sed -i -e 's/extrakt: text/extract: text/' -e 's/^  - output/  - clean: unicode\n&/' "$HOME/drop.yaml"
    systemctl --user reload "$unit"
    printf 'thr\xc2\xadee\n' >"$HOME/in/c.txt"
    eventually has_lines 3
    has "$(tail -n 1 "$HOME/out.jsonl")" '"three\n"'
    property_is MainPID "$pid"
}

@test "a watch that hangs is restarted, and goes on with what came meanwhile" {
    kill -STOP "$(property MainPID)"
    echo four >"$HOME/in/d.txt"
    eventually property_is NRestarts 1
    eventually property_is SubState running
    eventually has_lines 4
}

@test "stop ends it with 0" {
    systemctl --user stop "$unit"
    is "$(property ExecMainStatus)" 0
    is "$(property Result)" success
    has_lines 4
}
