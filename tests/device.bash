# What the tests put on a device. SPDX-License-Identifier: ISC

# device_tree DIR: a private tree with the profile box and its package tool, whose program says
# what patches/tool/says holds; standard input has what else the package installs.
device_tree() {
	mkdir -p "$1/recipes/packages" "$1/recipes/bundles" "$1/patches/tool"
	echo text > "$1/patches/tool/LICENCE"
	{
		sed 's/^>/\t/' <<-'END'
		name         tool
		version      1
		summary      Something to put on a device
		home         https://example.org/
		licence      MIT
		licence-file LICENCE
		local        LICENCE
		local        says
		part-of      sysroot

		phase install {
		>install -D says "$DESTDIR/usr/bin/tool"
		END
		sed 's/^/\t/'
		echo '}'
	} > "$1/recipes/packages/tool"
	printf 'name box\nsummary S\npackage tool\nlink bin/sh usr/bin/tool\nformat tar.gz\n' \
		> "$1/recipes/bundles/box"
}
