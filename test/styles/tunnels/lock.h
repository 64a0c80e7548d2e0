/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TUNNELS_LOCK_H
#define TUNNELS_LOCK_H

extern "C" {
#include <sys/param.h>
#include <kern/locks.h>
}

/* A mutex that can be slept under; one group for all of them. */
class mutex {
	lck_mtx_t	*lck;
	static lck_grp_t *group;
	mutex(const mutex &);
public:
	static bool	initialize();
	static void	shutdown();
	mutex();
	~mutex();
	void		lock();
	void		unlock();
	int		sleep(void *chan, bool interruptible);
};

class holder {
	mutex		&m;
public:
	holder(mutex &mx) : m(mx) { m.lock(); }
	~holder() { m.unlock(); }
};

#endif
