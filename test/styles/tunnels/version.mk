# SPDX-License-Identifier: BSD-2-Clause
TUNNELS_VERSION = 2.4.1
VENDOR = org.example.tunnels
CFLAGS = -Wall -mkernel -static -fno-builtin -DKERNEL -D__APPLE__ \
	-DKERNEL_PRIVATE -DTUNNELS_VERSION=\"$(TUNNELS_VERSION)\" \
	-I/System/Library/Frameworks/Kernel.framework/Headers
CXXFLAGS = -fno-rtti -fno-exceptions
