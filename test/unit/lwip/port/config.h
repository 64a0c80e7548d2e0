/* SPDX-License-Identifier: BSD-2-Clause */
/* Empty; the test programs include one. */
