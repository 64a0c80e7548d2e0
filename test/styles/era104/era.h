#ifndef ERA_H
#define ERA_H

/* every file gets its own copy; defined as the compilers of the time did */
inline int era_clamp(int n, int hi);
inline int
era_clamp(n, hi)
	int n, hi;
{
	return (n > hi ? hi : n);
}

struct era_stats {
	u_int32_t	attached;
	u_int32_t	detached;
	u_int32_t	in;
	u_int32_t	out;
};
extern struct era_stats era_stats;
int era_count(u_int32_t *, mbuf_t);

#endif
