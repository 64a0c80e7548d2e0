/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses at boot.  inet_config_init runs once, at the end of inet_init:
 * the engine is up and the plumbers are registered.
 */
#ifndef NET_INET_IN_CONFIG_H
#define NET_INET_IN_CONFIG_H

void	inet_config_init(void);

#endif /* NET_INET_IN_CONFIG_H */
