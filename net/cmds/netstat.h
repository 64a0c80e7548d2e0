/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of netstat in other files. */
#ifndef NET_CMDS_NETSTAT_H
#define NET_CMDS_NETSTAT_H

#include <stdbool.h>

/* proto NULL: all of them. */
void	list_protocols(const char *proto, bool json);
void	list_memory(bool json);

#endif /* NET_CMDS_NETSTAT_H */
