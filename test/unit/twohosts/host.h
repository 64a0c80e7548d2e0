/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside one host of the test.
 */
#ifndef TEST_UNIT_TWOHOSTS_HOST_H
#define TEST_UNIT_TWOHOSTS_HOST_H

#include <net/kpi_interface.h>

#include "test/unit/twohosts/api.h"

extern struct th_config th_cfg;
extern struct th_env th_env;
extern struct th_counts th_counts;
extern ifnet_t th_ifp;

uint32_t th_rand(void);
static inline uint32_t
th_below(uint32_t n)
{
	return n == 0 ? 0 : th_rand() % n;
}
static inline bool
th_chance(unsigned of1000)
{
	return th_below(1000) < of1000;
}

/* driver.c */
void	driver_attach(void);
uint64_t driver_run(uint64_t now);	/* next time a held packet goes out */
void	driver_receive(const void *frame, size_t len, bool verified);
unsigned driver_held(void);

/* filters.c */
void	filters_attach(void);
uint64_t filters_run(uint64_t now);	/* puts back what was swallowed */
void	filters_detach(void);
unsigned filters_held(void);

/* traffic.c */
void	traffic_init(void);
uint64_t traffic_run(uint64_t now);
bool	traffic_done(void);
void	traffic_stop(void);
const char *traffic_state(void);

#define HOST_NEVER	(~0ull)

#endif /* TEST_UNIT_TWOHOSTS_HOST_H */
