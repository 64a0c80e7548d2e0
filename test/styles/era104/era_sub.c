#include <sys/systm.h>
#include <sys/kpi_mbuf.h>
#include "era.h"

#ifdef ERA_BROKEN_IN_DEBUG
#error the deployment style is the one to build
#endif

struct era_stats era_stats;

int
era_count(u_int32_t *p, mbuf_t m)
{
	int n;

	for (n = 0; m; m = mbuf_next(m))
		n += mbuf_len(m);
	*p += n;
	return era_clamp(n, ERA_LIMIT);
}
