/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/dlil.h>: demux descriptor types are in <net/kpi_interface.h>.
 */
#ifndef _NET_DLIL_H_
#define _NET_DLIL_H_

#include <net/kpi_interface.h>

#endif /* _NET_DLIL_H_ */
