#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=dash
# First process of the Linux guest: drivers, a fixed address, the services.
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in $(/bin/busybox cat /modules/order); do
	/bin/busybox insmod "/modules/$module.ko"
done
while ! [ -e /sys/class/net/eth0 ]; do /bin/busybox usleep 20000; done
/bin/busybox ip link set lo up
/bin/busybox ip addr add 10.77.0.2/24 dev eth0
/bin/busybox ip link set eth0 up
/services &
echo GUEST-READY
while :; do /bin/busybox sleep 3600; done
