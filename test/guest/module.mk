# SPDX-License-Identifier: BSD-2-Clause
# One file an area; each registers itself.
KSRCS += $(sort $(wildcard test/guest/*.c))
