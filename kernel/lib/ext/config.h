/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libmd's sources ask their configuration for: nothing.
 */
