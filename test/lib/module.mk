# SPDX-License-Identifier: BSD-2-Clause
KSRCS += test/lib/report.c
PSRCS += test/lib/cmd_test.c
