/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where layers below PF_SYSTEM hand in kernel events.  net/system sets the
 * pointer when its event protocol starts; before that events reach filters,
 * protocols and drivers only.
 */
#ifndef NET_COMMON_KEV_HOOK_H
#define NET_COMMON_KEV_HOOK_H

#include <stdint.h>

struct kern_event_msg;

/*
 * Gives msg (header and data, total_size right) to every event socket whose
 * filter matches.  The hook fills msg->id.
 * Ownership: borrows msg.	Context: thread.	Locks: none held.
 */
extern void (*kev_post_hook)(struct kern_event_msg *msg);

#endif
