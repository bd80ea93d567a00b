#!/usr/bin/env bats
# A device that is a dropbear of ours, behind a network of its own. SPDX-License-Identifier: ISC

load helpers
load ../device

setup_file() {
	export work target uid gid
	uid=$(id -u)
	gid=$(id -g)
	target=$(uname -m)
	work=$(mktemp -d)
	mkdir -p "$work/home/.ssh" "$work/device"
	device_tree "$work/tree" <<-'END'
	mkdir -p "$DESTDIR/usr/share"
	awk 'BEGIN { for (i = 0; i < 600000; i++) print i * 7919 % 1000003 }' > "$DESTDIR/usr/share/numbers"
	END
	"$kiln" build dropbear -t "$target" -o "$work/ours"
	# The server takes who the machine's list of users names, and looks into the home for keys.
	printf 'tester:x:%d:%d::%s:/bin/sh\n' "$uid" "$gid" "$work/home" > "$work/passwd"
	"$work/ours/usr/bin/dropbearkey" -t ed25519 -f "$work/host.key" > /dev/null
	"$work/ours/usr/bin/dropbearkey" -t ed25519 -f "$work/key" | grep ^ssh- > "$work/home/.ssh/authorized_keys"
	chmod 700 "$work/home" "$work/home/.ssh"
	chmod 600 "$work/home/.ssh/authorized_keys"
	cat > "$work/inside" <<-'END'
	#!/bin/sh
	# inside COMMAND: run it where the device is, on the loopback of a network of its own.
	# A server that is root here and nobody elsewhere may not choose its groups: it gets its own
	# name back before.
	own=
	[ "$(id -u)" = "$uid" ] || own="unshare -U --map-user=$uid --map-group=$gid"
	mount --bind "$work/passwd" /etc/passwd
	busybox ip link set lo up || busybox ifconfig lo up
	$own "$work/ours/usr/sbin/dropbear" -F -E -s -r "$work/host.key" -p 127.0.0.1:2222 -P "$work/pid" 2> "$work/log" &
	server=$!
	until grep -q 'Not backgrounding' "$work/log" 2> /dev/null; do sleep 0.1; done
	HOME=$work/home KILN_SSH="$work/ours/usr/bin/dbclient -y -i $work/key -p 2222" "$@"
	status=$?
	kill $server
	exit $status
	END
	chmod +x "$work/inside"
}

teardown_file() {
	rm -rf "$work"
}

inside() {
	if [ "$uid" = 0 ]; then
		unshare -m -n "$work/inside" "$@"
	else
		unshare -r -m -n "$work/inside" "$@"
	fi
}

make_version() {
	printf '#!/bin/sh\necho version %s\n' "$1" > "$work/tree/patches/tool/says"
	"$kiln" --tree "$work/tree" -q bundle box -t "$target" > /dev/null
}

deploy() {
	inside "$kiln" --tree "$work/tree" deploy box "tester@127.0.0.1:$work/device" -t "$target" "$@"
}

# What the version in use says, when all of it is there.
now() {
	[ "$(wc -l < "$work/device/current/usr/share/numbers")" = 600000 ]
	[ "$(tail -n 1 "$work/device/current/usr/share/numbers")" = "$((599999 * 7919 % 1000003))" ]
	sh "$work/device/current/bin/sh"
}

@test "a bundle goes to a dropbear, and back" {
	make_version 1
	deploy
	[ "$(now)" = 'version 1' ]
	make_version 2
	deploy
	[ "$(now)" = 'version 2' ]
	deploy --rollback
	[ "$(now)" = 'version 1' ]
	deploy
	[ "$(now)" = 'version 2' ]
}

@test "killed at ten places on the way, the device has the old or the new version whole" {
	make_version 10
	start=$(date +%s%N)
	deploy
	ms=$((($(date +%s%N) - start) / 1000000))
	for i in 1 2 3 4 5 6 7 8 9 10; do
		make_version "1$i"
		old=$(now)
		at=$((ms * i / 10))
		inside timeout -s KILL "$((at / 1000)).$(printf %03d $((at % 1000)))" \
			"$kiln" --tree "$work/tree" deploy box "tester@127.0.0.1:$work/device" -t "$target" || true
		found=$(now)
		echo "killed after $at of $ms ms: $old, $found"
		[ "$found" = "$old" ] || [ "$found" = "version 1$i" ]
		deploy > /dev/null
		[ "$(now)" = "version 1$i" ]
	done
}

@test "a key that the device does not know changes nothing" {
	old=$(now)
	"$work/ours/usr/bin/dropbearkey" -t ed25519 -f "$work/other" > /dev/null
	mv "$work/key" "$work/kept"
	mv "$work/other" "$work/key"
	make_version 99
	run deploy
	mv "$work/kept" "$work/key"
	echo "$output"
	[ "$status" = 7 ]
	[ "$(now)" = "$old" ]
}
