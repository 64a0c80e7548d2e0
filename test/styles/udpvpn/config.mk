# SPDX-License-Identifier: BSD-2-Clause
VERSION_MAJOR	= 0
VERSION_MINOR	= 9
VERSION		= $(VERSION_MAJOR).$(VERSION_MINOR).$(or $(BUILD),4)
IDENTIFIER	= com.example.vpn.udp

ifeq ($(shell uname -r),Darwin)
SDK	= /Developer/SDKs/MacOSX10.4u.sdk
endif
ifdef DEBUG
CPPFLAGS	+= -DVPN_DEBUG=1 -O0
else
CPPFLAGS	+= -DNDEBUG -Os
endif
